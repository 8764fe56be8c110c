namespace RecoveryOS.Core.Backups.Wal.Chains;

/// <summary>The segments that a restore asks for, one after another.</summary>
internal static class ChainPath
{
    /// <summary>From the start's segment to the newest that is there; never empty.</summary>
    public static IReadOnlyList<ChainStep> Of(WalListing listing, ChainStart start, TimelinePlan plan)
    {
        var files = listing.Segments.ToLookup(file => file.Segment);
        var first = WalSegment.Containing(0, start.Lsn, start.SegmentSize).Number;
        var last = listing.Segments.Select(file => file.Segment)
            .Where(segment => segment.Size == start.SegmentSize && IsOnPath(segment, plan))
            .Select(segment => segment.Number)
            .Append(first)
            .Max();

        List<ChainStep> steps = [];
        for (var number = first; number <= last; number++)
        {
            var segment = Wanted(number, start, plan);
            var found = Choose(files[segment]);
            steps.Add(found.Count > 0 || number < last
                ? new ChainStep(segment, found, Until: null)
                : Tip(segment, files, plan));
        }

        return steps;
    }

    private static WalSegment Wanted(ulong number, ChainStart start, TimelinePlan plan)
    {
        var segment = new WalSegment(plan.Timeline, number, start.SegmentSize);

        return segment with { Timeline = plan.TimelineAt(new Lsn(segment.End.Value - 1)) };
    }

    /// <summary>
    /// A promoted server's first segment is archived when it is full: until then its parent's holds what there is.
    /// </summary>
    private static ChainStep Tip(
        WalSegment segment, ILookup<WalSegment, ChainFile> files, TimelinePlan plan)
    {
        foreach (var step in plan.History?.Switches.Reverse().Where(step => step.At > segment.Start) ?? [])
        {
            var parent = segment with { Timeline = step.Parent };
            if (Choose(files[parent]) is { Count: > 0 } found)
                return new ChainStep(parent, found, step.At);
        }

        return new ChainStep(segment, [], Until: null);
    }

    /// <summary>A closed file makes the open one of its name history.</summary>
    private static List<ChainFile> Choose(IEnumerable<ChainFile> found)
    {
        var closed = found.Where(file => !file.IsOpen).ToList();

        return closed.Count > 0 ? closed : [.. found.Take(1)];
    }

    private static bool IsOnPath(WalSegment segment, TimelinePlan plan) =>
        plan.TimelineAt(new Lsn(segment.End.Value - 1)) == segment.Timeline
        || (plan.EndOf(segment.Timeline) is { } end && end > segment.Start && end < segment.End);
}
