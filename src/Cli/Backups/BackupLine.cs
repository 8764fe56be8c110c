using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Retention;

namespace RecoveryOS.Cli.Backups;

/// <summary>A backup in one line.</summary>
/// <param name="Kind"><c>physical</c> or <c>logical</c>.</param>
/// <param name="StoredBytes">As it lies in the store.</param>
/// <param name="Tested">The verdict of the newest restore test of it; null: there was none.</param>
internal sealed record BackupLine(
    string Server,
    long Sequence,
    string Kind,
    Guid Id,
    DateTimeOffset FinishedAt,
    long DataBytes,
    long StoredBytes,
    string? Tested)
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB", "PB"];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static BackupLine Of(CatalogueEntry entry, IReadOnlyList<CatalogueEntry> entries)
    {
        var id = IdOf(entry);
        return new BackupLine(
            entry.Server,
            entry.Sequence,
            entry.Physical is null ? "logical" : "physical",
            id,
            RetentionPlan.FinishedAt(entry),
            entry.Physical?.DataBytes ?? entry.Logical?.Databases.Sum(database => database.DataBytes) ?? 0,
            Stored(entry.Physical) + Stored(entry.Logical),
            entries.LastOrDefault(other => other.Tested?.BackupId == id)?.Tested?.Verdict);
    }

    public static string Table(IReadOnlyList<BackupLine> lines)
    {
        if (lines.Count == 0)
            return "There are no backups yet.";

        var width = lines.Max(line => line.Server.Length);
        return string.Join('\n', lines.Select(line =>
            $"{line.Server.PadRight(width)}  {line.Kind,-8}  {line.Id}  {Time(line.FinishedAt)}  "
            + $"{Size(line.DataBytes),9}  {Size(line.StoredBytes),9} stored  {line.Tested ?? "not tested"}"));
    }

    public static string Json(IReadOnlyList<BackupLine> lines) =>
        JsonSerializer.Serialize(new BackupList(lines), CliJson.Default.BackupList);

    public static string Indent(string json) => JsonNode.Parse(json)?.ToJsonString(Indented) ?? "";

    public static string Name(CatalogueEntry entry) =>
        $"{(entry.Physical is null ? "logical" : "physical"),-8}  {IdOf(entry)}  "
        + Time(RetentionPlan.FinishedAt(entry));

    /// <summary>In decimal units, as disks are sold.</summary>
    public static string Size(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1000 && unit < Units.Length - 1; unit++)
            value /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {Units[unit]}");
    }

    private static string Time(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static Guid IdOf(CatalogueEntry entry) => entry.Physical?.Id ?? entry.Logical?.Id
        ?? throw new ArgumentException("the entry is not of a backup", nameof(entry));

    private static long Stored(PhysicalBackup? backup) => backup is null ? 0
        : backup.Base.StoredLength + backup.StreamedWal.StoredLength + backup.BackupManifest.StoredLength
            + (backup.DataManifest?.StoredLength ?? 0)
            + backup.Tablespaces.Sum(space => space.Content.StoredLength);

    private static long Stored(LogicalBackup? backup) => backup is null ? 0
        : backup.Globals.StoredLength
            + backup.Databases.Sum(database => database.Dump.StoredLength + database.DataManifest.StoredLength);
}

/// <summary>What <c>backups list --json</c> prints.</summary>
internal sealed record BackupList(IReadOnlyList<BackupLine> Backups);
