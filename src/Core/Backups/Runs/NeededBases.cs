using System.Collections.Concurrent;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal.Receiving;

namespace RecoveryOS.Core.Backups.Runs;

/// <summary>
/// Servers that cannot wait for the schedule's next backup: they have none, or their WAL began anew after the last one,
/// and what was written since can't be restored.
/// </summary>
public sealed class NeededBases(BackupTargets targets, BackupJobs jobs, BackupCatalogue catalogue, BackupVault vault)
{
    /// <summary>The catalogue's last entry at which none was needed: until there is another, that stays so.</summary>
    private readonly ConcurrentDictionary<string, long> goodUntil = [];

    /// <exception cref="BackupException">
    /// A catalogue is broken, or the store does not answer, and none of the other servers needs one.
    /// </exception>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        BackupException? blind = null;
        foreach (var server in targets.All)
        {
            try
            {
                if (await IsNeededAsync(server, cancellationToken))
                    return true;
            }
            catch (BackupException exception)
            {
                blind ??= exception;
            }
        }

        return blind is null ? false : throw new BackupException(blind.Code, blind.Message, blind);
    }

    /// <summary>Takes those that are needed, and no other.</summary>
    /// <exception cref="BackupException">Of the first server that failed, when all were tried.</exception>
    public Task TakeAsync(CancellationToken cancellationToken) => jobs.ForEachAsync(async server =>
    {
        if (await IsNeededAsync(server, cancellationToken))
            await jobs.TakeBackupAsync(server, null, cancellationToken);
    });

    private async Task<bool> IsNeededAsync(TargetServer server, CancellationToken cancellationToken)
    {
        try
        {
            return !await IsGoodAsync(server.Name, cancellationToken)
                && await ReadAsync(server.Name, cancellationToken);
        }
        catch (Exception exception) when (BackupFailure.Of(exception, server) is { } failure)
        {
            throw failure;
        }
    }

    private async Task<bool> IsGoodAsync(string server, CancellationToken cancellationToken) =>
        goodUntil.TryGetValue(server, out var last)
        && await vault.Store.FindAsync(StoreLayout.CatalogueEntry(server, last + 1), cancellationToken) is null;

    private async Task<bool> ReadAsync(string server, CancellationToken cancellationToken)
    {
        var entries = await catalogue.ReadAsync(server, cancellationToken);
        var isNeeded = WalReceivers.NeedsBase(entries);
        if (!isNeeded)
            goodUntil[server] = entries[^1].Sequence;

        return isNeeded;
    }
}
