using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Restores.Plans;

/// <summary>Finds the base and the WAL for a target, or says which targets near it are possible.</summary>
public sealed class RestorePlanner(
    BackupCatalogue catalogue, WalArchive archive, HeartbeatLedger ledger, RestoreForecast forecast)
{
    /// <exception cref="BackupException">
    /// <c>nothing_to_restore</c>: there is no base. <c>target_outside_window</c>: with the nearest targets that are
    /// possible.
    /// </exception>
    /// <exception cref="BackupStoreException">The store can't be listed or read.</exception>
    /// <exception cref="CatalogueException">The catalogue's chain is broken.</exception>
    public async Task<RestorePlan> PlanAsync(string server, RestoreTarget target, CancellationToken cancellationToken)
    {
        var map = await new RecoverySurvey(catalogue, archive, ledger).ReadAsync(server, cancellationToken);
        if (map.Routes.Count == 0)
            throw new BackupException(
                "nothing_to_restore", $"There is no base backup of {server}: take one, recoveryos backup.");

        var (route, recovery, until) = target switch
        {
            { Kind: RestoreTargetKind.Time, Time: { } time } => await ToTimeAsync(map, time, cancellationToken),
            { Kind: RestoreTargetKind.Lsn, Lsn: { } lsn } => ToLsn(map, lsn),
            { Kind: RestoreTargetKind.Name, Name: { } name } => await ToNameAsync(map, name, cancellationToken),
            _ => ToNewest(map),
        };
        return await MakeAsync(map, target, route, recovery, until, cancellationToken);
    }

    private static Choice ToNewest(RecoveryMap map) => ToEndOf(map.Routes
        .OrderByDescending(route => route.LastRecord is null ? 0u : route.Route.Timeline)
        .ThenByDescending(route => route.LastRecord ?? route.Base.StopLsn)
        .ThenByDescending(route => route.From)
        .First());

    private static Choice ToEndOf(BaseRoute route) => route.LastRecord is { } last
        ? new Choice(route, RecoverySetting.Lsn(last), last)
        : new Choice(route, RecoverySetting.Consistency, route.Base.StopLsn);

    /// <summary>
    /// Recovery to a time ends at the first commit after it: where none is known, that time is refused. The last
    /// commit's own time is the end of the route.
    /// </summary>
    private async Task<Choice> ToTimeAsync(RecoveryMap map, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var route = map.Routes.LastOrDefault(route => route.From <= time && time <= route.To);
        if (route is null)
            throw NearestTimes.Refuse(map, time);
        if (time == route.To)
            return ToEndOf(route);

        var end = route.LastRecord ?? route.Base.StopLsn;
        var beats = await ledger.ReadAsync(map.Server, time, time.AddDays(1), cancellationToken);
        var after = beats.FirstOrDefault(beat =>
            beat.At > time && beat.Lsn > route.Base.StopLsn && beat.Lsn <= end);
        return new Choice(route, RecoverySetting.Time(time), after?.Lsn ?? end);
    }

    private static Choice ToLsn(RecoveryMap map, Lsn lsn)
    {
        var route = map.Routes.LastOrDefault(route => route.Base.StopLsn <= lsn && lsn <= route.LastRecord);
        return route is null ? throw NearestTimes.Refuse(map, lsn) : new Choice(route, RecoverySetting.Lsn(lsn), lsn);
    }

    private async Task<Choice> ToNameAsync(RecoveryMap map, string name, CancellationToken cancellationToken)
    {
        var recorded = map.Entries
            .Select(entry => entry.Physical?.ManifestPoint)
            .LastOrDefault(point => point?.Name == name)?.Lsn;
        foreach (var (index, route) in map.Routes.Index().Reverse())
        {
            if (route.LastRecord is null)
                continue;
            var until = index + 1 < map.Routes.Count ? map.Routes[index + 1].Base.StopLsn : (Lsn?)null;
            var found = recorded is { } known
                ? known > route.Base.StopLsn && known <= route.End ? known : (Lsn?)null
                : await new RestorePoints(archive).FindAsync(route, name, until, cancellationToken);
            if (found is { } lsn)
                return new Choice(route, RecoverySetting.Point(name), lsn);
        }

        throw new BackupException(
            "target_outside_window",
            $"There is no restore point \"{name}\" in the WAL that can be restored"
            + $"{(recorded is null ? "" : $" (it was at {recorded})")}. {NearestTimes.Whole(map)}");
    }

    private async Task<RestorePlan> MakeAsync(
        RecoveryMap map,
        RestoreTarget target,
        BaseRoute route,
        RecoverySetting recovery,
        Lsn until,
        CancellationToken cancellationToken)
    {
        // The record that is stopped at may go on in the next segment.
        var needed = (until.Value / (ulong)route.Base.Server.WalSegmentSize) + 1;
        var segments = route.Route.Segments.Where(segment => segment.Segment.Number <= needed).ToList();
        var used = route with { Route = route.Route with { Segments = segments }, LastRecord = until };
        var size = RestoreSize.Of(used);
        var predicted = await forecast.OfAsync(map, used, cancellationToken);
        return new RestorePlan
        {
            Server = map.Server,
            Target = target,
            CatalogueSequence = route.Entry.Sequence,
            Base = route.Base,
            Recovery = recovery,
            Timeline = recovery == RecoverySetting.Consistency ? route.Base.Timeline : route.Route.Timeline,
            Segments = segments,
            Histories = map.Archive?.Histories ?? [],
            UsesStreamedWal = route.Route.UsesStreamedWal,
            FetchBytes = size.Fetched + size.Wal + route.Base.BackupManifest.StoredLength,
            DiskBytes = DiskBytes(used),
            PredictedSeconds = predicted.Seconds,
            Prediction = predicted.Basis,
        };
    }

    /// <summary>The data as the server had it, its WAL, and a twentieth for what grows while it is replayed.</summary>
    private static long DiskBytes(BaseRoute route) => route.Base.DataBytes + (route.Base.DataBytes / 20)
        + route.Route.Segments.Sum(segment => (long)segment.Segment.Size)
        + (route.Route.UsesStreamedWal ? route.Base.StreamedWal.Length : 0)
        + (2L * route.Base.Server.WalSegmentSize);

    /// <param name="Until">The last position that is needed.</param>
    private sealed record Choice(BaseRoute Route, RecoverySetting Recovery, Lsn Until);
}
