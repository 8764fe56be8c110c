using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>
/// Whether every kept backup, and not only the one that is restored now, can be opened here: each key that the
/// catalogue names is configured, and opens something that was sealed with it.
/// </summary>
internal static class KeyCheck
{
    public static async Task<CheckResult> RunAsync(
        BackupVault vault, IReadOnlyList<CatalogueEntry> entries, CancellationToken cancellationToken)
    {
        var stored = BackupCatalogue.KeptOf(entries).SelectMany(Objects).ToList();
        List<string> findings = [];
        List<string> proved = [];
        foreach (var sealedWith in stored.Where(one => one.KeyId is not null).GroupBy(one => one.KeyId ?? ""))
        {
            var (key, count) = (sealedWith.Key, sealedWith.Count());
            var smallest = sealedWith.MinBy(one => one.Length) ?? sealedWith.First();
            if (await FaultAsync(vault, smallest, cancellationToken) is { } fault)
                findings.Add($"The key '{key}', which {count} objects need, opens nothing here: {fault}");
            else
                proved.Add($"'{key}' ({count} objects)");
        }

        var plain = stored.Count(one => one.KeyId is null);
        return CheckResult.From(findings, proved.Count == 0
            ? $"Nothing that is kept is sealed: {plain} objects."
            : $"Each key that the catalogue names opens what was sealed with it: {string.Join(", ", proved)}"
                + (plain > 0 ? $"; {plain} objects are not sealed." : "."));
    }

    /// <summary>Null: it opened, and was what the catalogue says.</summary>
    private static async Task<string?> FaultAsync(
        BackupVault vault, VaultObject smallest, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await vault.OpenAsync(smallest, cancellationToken);
            await content.CopyToAsync(Stream.Null, cancellationToken);
            return null;
        }
        catch (BackupStoreException refused) when (refused.Failure
            is BackupStoreFailure.KeyMissing or BackupStoreFailure.Damaged or BackupStoreFailure.Missing)
        {
            return Explanations.Sentence(refused.Message);
        }
    }

    private static IEnumerable<VaultObject> Objects(CatalogueEntry entry)
    {
        if (entry.Physical is { } physical)
        {
            yield return physical.Base;
            yield return physical.StreamedWal;
            yield return physical.BackupManifest;
            foreach (var tablespace in physical.Tablespaces)
                yield return tablespace.Content;
            if (physical.DataManifest is { } manifest)
                yield return manifest;
        }

        if (entry.Logical is not { } logical)
            yield break;
        yield return logical.Globals;
        foreach (var dump in logical.Databases)
        {
            yield return dump.Dump;
            yield return dump.DataManifest;
        }
    }
}
