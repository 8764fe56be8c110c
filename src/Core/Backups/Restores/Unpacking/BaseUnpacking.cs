using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores.Unpacking;

/// <summary>Unpacks a base: its data, its tablespaces and, where they are needed, its own WAL.</summary>
internal sealed class BaseUnpacking(
    BackupVault vault, RestoreFolder folder, TablespaceMap map, UnpackHelper? helper, IProgress<long> report)
{
    private readonly List<string> leftOut = [];

    /// <param name="checksFiles">Each is compared with the manifest that lies in the folder.</param>
    /// <exception cref="BackupException">
    /// <c>unpack_failed</c>, <c>backup_damaged</c>, <c>manifest_unreadable</c>, <c>target_not_empty</c>.
    /// </exception>
    public async Task<UnpackedBase> RunAsync(RestorePlan plan, bool checksFiles, CancellationToken cancellationToken)
    {
        var source = plan.Base;
        var sums = checksFiles ? await SumsAsync(cancellationToken) : null;
        await UnpackAsync(source.Base, folder.Path, "");
        if (plan.UsesStreamedWal)
            await UnpackAsync(source.StreamedWal, folder.Wal, "pg_wal/");
        Dictionary<uint, string> tablespaces = [];
        foreach (var tablespace in source.Tablespaces)
        {
            var place = map.Prepare(tablespace);
            await UnpackAsync(tablespace.Content, place, $"pg_tblspc/{tablespace.Oid}/");
            _ = await ServerUser.OwnAsync(place, cancellationToken);
            tablespaces[tablespace.Oid] = place;
        }

        sums?.Finish();
        await map.WriteAsync(tablespaces, cancellationToken);
        return new UnpackedBase(tablespaces, [.. leftOut.Select(Note)]);

        async Task UnpackAsync(VaultObject file, string place, string prefix)
        {
            sums?.Prefix = prefix;
            leftOut.AddRange(
                await new PackedTar(vault, file).UnpackAsync(place, sums, helper, report, cancellationToken));
        }
    }

    private async Task<UnpackedSums> SumsAsync(CancellationToken cancellationToken)
    {
        await using var manifest = File.OpenRead(folder.Manifest);
        return await UnpackedSums.ReadAsync(manifest, cancellationToken);
    }

    private static string Note(string name) =>
        $"{name} was left out: its name is not UTF-8. PostgreSQL's own files have no such names.";
}

/// <param name="Tablespaces">Where each one's files are now, by its OID.</param>
/// <param name="Notes">What was left out, a sentence each.</param>
internal sealed record UnpackedBase(IReadOnlyDictionary<uint, string> Tablespaces, IReadOnlyList<string> Notes);
