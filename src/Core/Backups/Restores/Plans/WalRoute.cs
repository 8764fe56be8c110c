using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Restores.Plans;

/// <summary>The archived WAL that follows a base without a gap, by what the store lists.</summary>
/// <param name="History">Of the timeline that the route ends on.</param>
/// <param name="Segments">In order; only the last may be a part. Empty: the archive has none that joins.</param>
/// <param name="UsesStreamedWal">The archive begins after the base's start: its own WAL bridges that.</param>
/// <param name="Missing">
/// The first segment that is not there whole, although WAL behind it is; null: the archive ends here.
/// </param>
internal sealed record WalRoute(
    TimelineHistory History, IReadOnlyList<ArchivedSegment> Segments, bool UsesStreamedWal, WalSegment? Missing)
{
    public uint Timeline => History.Timeline;

    /// <summary>On the newest timeline that descends from the base's own and has WAL of its own.</summary>
    public static WalRoute Of(PhysicalBackup source, ArchivedWal archive, IReadOnlyList<TimelineHistory> histories)
    {
        var own = histories.FirstOrDefault(history => history.Timeline == source.Timeline)
            ?? new TimelineHistory(source.Timeline, []);
        return histories
            .Where(
                history => history.Timeline > source.Timeline && history.TimelineAt(source.StopLsn) == source.Timeline)
            .OrderByDescending(history => history.Timeline)
            .Select(history => Along(history, source, archive))
            .FirstOrDefault(route => route.Segments is [.., var last] && last.Segment.Timeline == route.Timeline)
            ?? Along(own, source, archive);
    }

    private static WalRoute Along(TimelineHistory history, PhysicalBackup source, ArchivedWal archive)
    {
        var size = (ulong)archive.SegmentSize;
        var stop = (source.StopLsn.Value - 1) / size;
        var route = From(history, source.StartLsn.Value / size, archive);
        if (route.Segments is [.., var last] && last.Segment.Number >= stop)
            return route;

        // The base ends with a whole segment of its own, after which the archive may begin.
        var bridged = From(history, stop, archive);
        if (bridged.Segments.Count == 0)
            bridged = From(history, stop + 1, archive);

        return (bridged.Segments.Count > 0 ? bridged : route with { Segments = [] }) with { UsesStreamedWal = true };
    }

    private static WalRoute From(TimelineHistory history, ulong first, ArchivedWal archive)
    {
        List<ArchivedSegment> segments = [];
        for (var number = first; ; number++)
        {
            // Where timelines meet within a segment, the newer one's file begins with a copy of the older one's pages.
            var wanted = new WalSegment(
                TimelineOf(history, number, archive.SegmentSize), number, archive.SegmentSize);
            var found = archive.Find(wanted);
            if (found is not null)
                segments.Add(found);
            if (found is null or { IsWhole: false })
                return new WalRoute(history, segments, false, GoesOn(history, number, archive) ? wanted : null);
        }
    }

    private static bool GoesOn(TimelineHistory history, ulong number, ArchivedWal archive) =>
        archive.Timelines.Any(timeline =>
            timeline.Segments.Concat(timeline.Partials).Any(segment => segment.Segment.Number > number
                && TimelineOf(history, segment.Segment.Number, archive.SegmentSize) == timeline.Timeline));

    private static uint TimelineOf(TimelineHistory history, ulong number, int size) =>
        history.TimelineAt(new Lsn(((number + 1) * (ulong)size) - 1));
}
