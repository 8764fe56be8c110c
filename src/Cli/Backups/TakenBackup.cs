using System.Globalization;
using RecoveryOS.Core.Backups.Catalogues;

namespace RecoveryOS.Cli.Backups;

/// <summary>What <c>backup</c> and <c>dump</c> print of a backup that was taken.</summary>
internal sealed record TakenBackup(
    string Server,
    Guid Id,
    string Kind,
    long Sequence,
    DateTimeOffset FinishedAt,
    long StoredBytes,
    string? ManifestFailure)
{
    public static TakenBackup Of(CatalogueEntry entry) => entry switch
    {
        { Physical: { } backup } => new(
            entry.Server, backup.Id, "physical", entry.Sequence, backup.FinishedAt,
            backup.Base.StoredLength + backup.StreamedWal.StoredLength
                + backup.Tablespaces.Sum(tablespace => tablespace.Content.StoredLength),
            backup.ManifestFailure),
        { Logical: { } backup } => new(
            entry.Server, backup.Id, "logical", entry.Sequence, backup.FinishedAt,
            backup.Databases.Sum(database => database.Dump.StoredLength), null),
        _ => throw new ArgumentException("is no backup", nameof(entry)),
    };

    public string Text(TimeSpan took) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Server}: {(Kind is "physical" ? "backup" : "dump")} {Id}, number {Sequence} in the catalogue, "
        + $"{ProgressLine.Bytes(StoredBytes)} stored in {took.TotalSeconds:F1} s")
        + (ManifestFailure is null
            ? ""
            : $"\n{Server}: {ManifestFailure} A restore of it can be tried, but not compared.");
}
