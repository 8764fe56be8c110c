using System.Globalization;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Restores.Plans;

/// <summary>Everything of a server that can be restored, by what lies in the store now.</summary>
/// <param name="Entries">The whole catalogue.</param>
/// <param name="Routes">One for each base that is kept, the oldest first.</param>
internal sealed record RecoveryMap(
    string Server, IReadOnlyList<CatalogueEntry> Entries, IReadOnlyList<BaseRoute> Routes, ArchivedWal? Archive)
{
    /// <summary>The WAL of bases that ended before this was removed by retention; null: of none.</summary>
    public DateTimeOffset? WalFrom => PrunedWal.NewestOf(Entries)?.FinishedAt;
}

/// <summary>Reads listings, and of the WAL only what is newest of each route.</summary>
internal sealed class RecoverySurvey(BackupCatalogue catalogue, WalArchive archive, HeartbeatLedger ledger)
{
    /// <exception cref="BackupStoreException">The store can't be listed or read.</exception>
    /// <exception cref="CatalogueException">The catalogue's chain is broken.</exception>
    public async Task<RecoveryMap> ReadAsync(string server, CancellationToken cancellationToken)
    {
        var entries = await catalogue.ReadAsync(server, cancellationToken);
        var bases = BackupCatalogue.KeptOf(entries)
            .Where(entry => entry.Physical is not null)
            .OrderBy(entry => entry.Physical?.FinishedAt)
            .ToList();
        if (bases is not [.., { Physical: { } newest }])
            return new RecoveryMap(server, entries, [], null);

        var archived = (await archive.ListAsync(server, newest.Server.WalSegmentSize, cancellationToken))
            .SealedBy(SealedWal.Of(entries));
        List<TimelineHistory> histories = [];
        foreach (var timeline in archived.Histories)
            histories.Add(await archive.ReadHistoryAsync(server, timeline, cancellationToken));

        var pruned = PrunedWal.NewestOf(entries);
        Dictionary<string, RouteEnd> ends = [];
        List<BaseRoute> routes = [];
        foreach (var entry in bases)
        {
            if (entry.Physical is { } source)
            {
                var route = await ReadAsync(
                    entry, source, WalRoute.Of(source, archived, histories), archived, ends, cancellationToken);
                routes.Add(source.FinishedAt < pruned?.FinishedAt ? route with { Broken = Pruned(pruned) } : route);
            }
        }

        return new RecoveryMap(server, entries, routes, archived);
    }

    /// <param name="ends">By the last segment: routes that meet end together, and are read once.</param>
    private async Task<BaseRoute> ReadAsync(
        CatalogueEntry entry,
        PhysicalBackup source,
        WalRoute route,
        ArchivedWal archived,
        Dictionary<string, RouteEnd> ends,
        CancellationToken cancellationToken)
    {
        var key = route.Segments is [.., var last] ? last.Stored.Name : "";
        if (!ends.TryGetValue(key, out var end))
        {
            var system = ulong.Parse(source.Server.SystemIdentifier, CultureInfo.InvariantCulture);
            ends[key] = end = await RouteEnd.ReadAsync(route, system, archive, cancellationToken);
        }

        var broken = end.Damage is { } damage
            ? $"The WAL is damaged at {damage.Lsn}, in {damage.Segment}: {damage.Detail}"
            : route.Missing is { } missing ? $"The segment {missing.Name} is missing, at {missing.Start}."
            : Unfollowed(archived, route) is { } timeline
                ? $"The WAL of timeline {timeline} can't be followed: its history file is missing."
            : route.Segments.Count == 0 ? $"No archived WAL joins the base that ended at {source.StopLsn}."
            : null;
        if (end.LastRecord is not { } record || record < source.StopLsn)
        {
            var alone = route with { Segments = [], UsesStreamedWal = true };
            return new BaseRoute(entry, source, alone, null, source.StopLsn, source.FinishedAt, broken);
        }

        var commit = end.LastCommit is { } known && known.Lsn >= source.StopLsn
            ? known.Time
            : await LastBeatAsync(entry.Server, source, end.End ?? record, cancellationToken);
        return new BaseRoute(
            entry,
            source,
            route,
            record,
            end.End ?? record,
            commit > source.FinishedAt ? commit.Value : source.FinishedAt,
            broken);
    }

    private static string Pruned(PrunedWal pruned) =>
        $"The WAL after it is kept no longer; any moment can be restored from {pruned.FinishedAt.UtcDateTime:u} on.";

    /// <summary>A timeline of which there is WAL, behind the route's end, and that no restore would find.</summary>
    private static uint? Unfollowed(ArchivedWal archived, WalRoute route)
    {
        var end = route.Segments is [.., var last] ? last.Segment.Number : 0;
        return archived.Timelines
            .Where(other => other.Timeline > route.Timeline && !archived.Histories.Contains(other.Timeline)
                && other.Segments.Concat(other.Partials).Any(segment => segment.Segment.Number >= end))
            .Select(other => (uint?)other.Timeline)
            .FirstOrDefault();
    }

    /// <summary>The ledger knows commits that were not looked for in the WAL.</summary>
    private async Task<DateTimeOffset?> LastBeatAsync(
        string server, PhysicalBackup source, Lsn end, CancellationToken cancellationToken)
    {
        var beats = await ledger.ReadAsync(server, source.FinishedAt, DateTimeOffset.MaxValue, cancellationToken);
        return beats.LastOrDefault(beat => beat.Lsn > source.StopLsn && beat.Lsn <= end)?.At;
    }
}
