using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Retention;

/// <summary>
/// Carries a retention plan out. The catalogue says first that a backup is gone, and its objects go then: a run that is
/// killed in between leaves objects that nothing promises, and the next run removes those.
/// </summary>
public sealed class BackupPruner(
    BackupCatalogue catalogue, BackupVault vault, IOptions<BackupOptions> options, TimeProvider time)
{
    private const int SegmentNameLength = 24;

    /// <summary>
    /// An upload that ended without an entry in the catalogue was killed; one that runs is younger than this.
    /// </summary>
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(3);

    /// <summary>What would stay and what would go; nothing is changed.</summary>
    public async Task<RetentionPlan> PlanAsync(string server, CancellationToken cancellationToken) =>
        RetentionPlan.Of(
            await catalogue.ReadAsync(server, cancellationToken), options.Value.Retention, time.GetUtcNow());

    /// <summary>The WAL that a plan lets go: whole segments, and parts of those that never were.</summary>
    public async Task<IReadOnlyList<StoredObject>> WalAsync(
        string server, RetentionPlan plan, CancellationToken cancellationToken)
    {
        List<StoredObject> gone = [];
        if (plan.Horizon is not { } horizon)
            return gone;

        await foreach (var item in vault.Store.ListAsync(StoreLayout.Wal(server), cancellationToken))
        {
            if (IsSegmentBefore(horizon, item))
                gone.Add(item);
        }

        return gone;
    }

    /// <returns>The plan, and what was removed.</returns>
    /// <exception cref="CatalogueException">The catalogue is broken: nothing is removed by its word.</exception>
    /// <exception cref="BackupStoreException">The store failed; what was not removed is, by the next run.</exception>
    public async Task<PruneResult> RunAsync(string server, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(server, cancellationToken);
        foreach (var gone in plan.Gone)
        {
            await catalogue.AppendAsync(
                server,
                entry => entry with { Pruned = new PrunedBackup(IdOf(gone.Entry), gone.Reason) },
                cancellationToken);
        }

        var wal = await WalAsync(server, plan, cancellationToken);
        var entries = await catalogue.ReadAsync(server, cancellationToken);
        if (wal.Count > 0 && plan.Horizon is { First: var first } && PrunedWal.NewestOf(entries)?.BackupId != first.Id)
        {
            var pruning = new PrunedWal(first.Id, first.FinishedAt, first.StartLsn);
            await catalogue.AppendAsync(server, entry => entry with { WalPruned = pruning }, cancellationToken);
        }

        var kept = BackupCatalogue.KeptOf(entries).Select(IdOf).ToHashSet();
        var pruned = entries.Select(entry => entry.Pruned?.BackupId).ToHashSet();
        var abandonedBefore = time.GetUtcNow() - AbandonedAfter;
        var sweep = new Sweep(vault.Store, cancellationToken);
        var backups = StoreLayout.Backups(server);
        await sweep.RemoveAsync(backups, item => BackupOf(item.Name[backups.Length..]) is { } id
            && !kept.Contains(id) && (pruned.Contains(id) || item.ModifiedAt < abandonedBefore));
        foreach (var item in wal)
            await sweep.RemoveAsync(item);

        return new PruneResult(plan, sweep.Removed, sweep.RemovedBytes, sweep.Immutable, entries);
    }

    /// <summary>
    /// The segments themselves and what of them was shipped while they were open; timeline histories stay.
    /// </summary>
    private static bool IsSegmentBefore(WalHorizon horizon, StoredObject item)
    {
        var file = Path.GetFileName(item.Name);
        return file.Length >= SegmentNameLength
            && WalSegment.TryParse(file[..SegmentNameLength], horizon.SegmentSize, out var segment)
            && horizon.IsBefore(segment, item.ModifiedAt);
    }

    private static Guid? BackupOf(string name) =>
        name.IndexOf('/', StringComparison.Ordinal) is > 0 and var end
            && Guid.TryParse(name[..end], out var id)
            ? id
            : null;

    private static Guid IdOf(CatalogueEntry entry) => entry.Physical?.Id ?? entry.Logical?.Id
        ?? throw new ArgumentException("the entry is not of a backup", nameof(entry));

    /// <summary>What one run removes, and what it had to leave.</summary>
    private sealed class Sweep(IBackupStore store, CancellationToken cancellationToken)
    {
        private readonly List<string> immutable = [];

        public int Removed { get; private set; }

        public long RemovedBytes { get; private set; }

        public IReadOnlyList<string> Immutable => immutable;

        public async Task RemoveAsync(string prefix, Func<StoredObject, bool> isGone)
        {
            List<StoredObject> found = [];
            await foreach (var item in store.ListAsync(prefix, cancellationToken))
            {
                if (isGone(item))
                    found.Add(item);
            }

            foreach (var item in found)
                await RemoveAsync(item);
        }

        public async Task RemoveAsync(StoredObject item)
        {
            try
            {
                await store.DeleteAsync(item.Name, cancellationToken);
                Removed++;
                RemovedBytes += item.Length;
            }
            catch (BackupStoreException exception) when (exception.Failure is BackupStoreFailure.Immutable)
            {
                // A policy outlives our rules; a later run tries again.
                immutable.Add(item.Name);
            }
        }
    }
}

/// <param name="RemovedObjects">How many, with those that an earlier run left.</param>
/// <param name="Immutable">What a policy keeps, although nothing needs it.</param>
/// <param name="Entries">The catalogue, with every backup that was ever pruned.</param>
public sealed record PruneResult(
    RetentionPlan Plan,
    int RemovedObjects,
    long RemovedBytes,
    IReadOnlyList<string> Immutable,
    IReadOnlyList<CatalogueEntry> Entries);
