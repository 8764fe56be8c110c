using Microsoft.Extensions.Logging;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Runs;

/// <summary>
/// Removes what killed and failed runs left in the store: objects of backups that the catalogue does not know.
/// </summary>
public sealed partial class AbandonedBackups(
    BackupVault vault, BackupCatalogue catalogue, ILogger<AbandonedBackups> logger)
{
    /// <param name="living">The run that cleans up; it can tell which others live.</param>
    internal async Task RemoveAsync(string server, LivingBackup living, CancellationToken cancellationToken)
    {
        Dictionary<Guid, List<string>> unknown = [];
        var known = await KnownAsync(server, cancellationToken);
        var prefix = StoreLayout.Backups(server);
        await foreach (var found in vault.Store.ListAsync(prefix, cancellationToken))
        {
            if (!Guid.TryParse(found.Name[prefix.Length..].Split('/')[0], out var id) || known.Contains(id))
                continue;
            if (!unknown.TryGetValue(id, out var names))
                unknown[id] = names = [];
            names.Add(found.Name);
        }

        HashSet<Guid> dead = [];
        foreach (var id in unknown.Keys)
        {
            if (await living.IsDeadAsync(id, cancellationToken))
                dead.Add(id);
        }

        if (dead.Count is 0)
            return;

        // A run may have written its entry and ended since the catalogue was read.
        dead.ExceptWith(await KnownAsync(server, cancellationToken));
        foreach (var id in dead)
            await RemoveAsync(server, id, unknown[id], cancellationToken);
    }

    private async Task RemoveAsync(string server, Guid id, List<string> names, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var name in names)
                await vault.Store.DeleteAsync(name, cancellationToken);
            Removed(logger, server, id, names.Count);
        }
        catch (BackupStoreException exception) when (exception.Failure is BackupStoreFailure.Immutable)
        {
            // A policy keeps them for a while; a later run removes them.
            Kept(logger, server, id, exception);
        }
    }

    private async Task<HashSet<Guid>> KnownAsync(string server, CancellationToken cancellationToken) =>
        (await catalogue.ReadAsync(server, cancellationToken))
            .Select(entry => entry.Physical?.Id ?? entry.Logical?.Id)
            .OfType<Guid>()
            .ToHashSet();

    [LoggerMessage(
        EventName = "abandoned_backup_removed", Level = LogLevel.Information, Message = "{server} {id} {count}")]
    private static partial void Removed(ILogger logger, string server, Guid id, int count);

    [LoggerMessage(EventName = "abandoned_backup_kept", Level = LogLevel.Warning, Message = "{server} {id}")]
    private static partial void Kept(ILogger logger, string server, Guid id, Exception exception);
}
