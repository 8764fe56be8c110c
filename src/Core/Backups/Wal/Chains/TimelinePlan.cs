using RecoveryOS.Core.Backups.Wal.Reading;

namespace RecoveryOS.Core.Backups.Wal.Chains;

/// <summary>The timeline that a restore follows, as PostgreSQL's <c>latest</c> finds it, and what stands in its way.</summary>
/// <param name="Timeline">The newest that comes from the start's.</param>
/// <param name="History">Its own; null for a start on a later timeline than 1 whose history is not there.</param>
internal sealed record TimelinePlan(uint Timeline, TimelineHistory? History, IReadOnlyList<WalDamage> Damages)
{
    public static TimelinePlan Make(WalListing listing, ChainStart start)
    {
        var children = listing.Histories.Where(history => history.Timeline > start.Timeline).ToList();
        var followed = children.Where(history => history.TimelineAt(start.Lsn) == start.Timeline).MaxBy(TimelineOf)
            ?? listing.Histories.FirstOrDefault(history => history.Timeline == start.Timeline)
            ?? (start.Timeline is 1 ? new TimelineHistory(1, []) : null);
        List<WalDamage> damages = [.. Missing(listing, start, children)];
        if (children.MaxBy(TimelineOf) is { } newest && newest.Timeline > (followed?.Timeline ?? 0))
        {
            damages.Add(new WalDamage(
                WalDamageReason.WrongTimeline, start.Lsn, newest.FileName,
                $"The newest timeline does not come from timeline {start.Timeline} at {start.Lsn}."));
        }

        return new TimelinePlan(followed?.Timeline ?? start.Timeline, followed, damages);
    }

    public uint TimelineAt(Lsn lsn) => History?.TimelineAt(lsn) ?? Timeline;

    /// <summary>Where the WAL leaves this timeline; null when it does not.</summary>
    public Lsn? EndOf(uint timeline) => History?.Switches.FirstOrDefault(step => step.Parent == timeline)?.At;

    /// <summary>PostgreSQL looks for one history after another, and stops at the first that is not there.</summary>
    private static IEnumerable<WalDamage> Missing(WalListing listing, ChainStart start, List<TimelineHistory> children)
    {
        var known = children.Select(TimelineOf).ToHashSet();
        var segments = listing.Segments.Select(file => file.Segment).Where(segment => segment.Timeline > start.Timeline).ToList();
        var newest = segments.Select(segment => segment.Timeline).Concat(known).DefaultIfEmpty(start.Timeline).Max();
        for (var timeline = start.Timeline + 1; timeline <= newest; timeline++)
        {
            if (known.Contains(timeline))
                continue;
            var at = segments.Where(segment => segment.Timeline == timeline).Select(segment => segment.Start).DefaultIfEmpty(start.Lsn).Min();
            yield return new WalDamage(
                WalDamageReason.MissingHistory, at, TimelineHistory.FileNameOf(timeline),
                $"Timeline {timeline} has no history file: a restore would not find it.");
        }
    }

    private static uint TimelineOf(TimelineHistory history) => history.Timeline;
}
