using RecoveryOS.Core.Backups.Catalogues;

namespace RecoveryOS.Core.Backups.Drills.Physical;

/// <summary>Whether the rows of a backup were ever held against its data manifest, by the signed catalogue.</summary>
internal static class ManifestProof
{
    /// <summary>The last test that compared them and passed; null: none did.</summary>
    public static CatalogueEntry? Of(Guid backup, IReadOnlyList<CatalogueEntry> entries) => entries.LastOrDefault(
        entry => entry.Tested is { Verdict: "passed", ComparedManifest: true } tested && tested.BackupId == backup);
}
