using System.IO.Compression;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Wal;

/// <summary>
/// The WAL that lies in the store. What is listed was once whole; only reading it proves that it still is.
/// </summary>
public sealed class WalArchive(BackupVault vault)
{
    /// <summary>Everything that is there of a server, one object in ordinal order after the other.</summary>
    /// <param name="segmentSize">The server's, in bytes.</param>
    /// <exception cref="BackupStoreException">The store can't be listed.</exception>
    public async Task<ArchivedWal> ListAsync(string server, int segmentSize, CancellationToken cancellationToken)
    {
        List<ArchivedSegment> segments = [];
        List<uint> histories = [];
        await foreach (var found in vault.Store.ListAsync(StoreLayout.Wal(server), cancellationToken))
        {
            if (WalObjectName.TryParse(found.Name, segmentSize, out var segment, out var flushed))
                segments.Add(new ArchivedSegment(segment, flushed, found));
            else if (TimelineHistory.TryParseFileName(found.Name[StoreLayout.Wal(server).Length..], out var timeline))
                histories.Add(timeline);
        }

        return new ArchivedWal(
            server,
            segmentSize,
            [.. segments.GroupBy(segment => segment.Segment.Timeline).OrderBy(group => group.Key).Select(OfTimeline)],
            [.. histories.Order()]);
    }

    /// <summary>What is there of one segment, whole or the furthest part; null when nothing is.</summary>
    public async Task<ArchivedSegment?> FindAsync(
        string server, WalSegment segment, CancellationToken cancellationToken)
    {
        ArchivedSegment? furthest = null;
        await foreach (var found in vault.Store.ListAsync(WalObjectName.Of(server, segment), cancellationToken))
        {
            if (WalObjectName.TryParse(found.Name, segment.Size, out _, out var flushed)
                && (furthest is null || flushed > furthest.Flushed))
            {
                furthest = new ArchivedSegment(segment, flushed, found);
            }
        }

        return furthest;
    }

    /// <summary>
    /// A segment as PostgreSQL wants its file, and as long: of a part, what is not there reads as zeros.
    /// Reading to the end proves the length and, where the vault seals, every byte.
    /// </summary>
    /// <exception cref="BackupStoreException">
    /// While opening or reading; <see cref="BackupStoreFailure.Damaged"/> when it is not as long as its name says.
    /// </exception>
    public async Task<Stream> OpenAsync(ArchivedSegment segment, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenListedAsync(segment, cancellationToken);
        }
        catch (BackupStoreException exception)
            when (exception.Failure is BackupStoreFailure.Missing && !segment.IsWhole)
        {
            // While a server writes, a part gives way to one that reaches further, every few seconds.
            var server = segment.Stored.Name[..segment.Stored.Name.IndexOf('/', StringComparison.Ordinal)];
            if (await FindAsync(server, segment.Segment, cancellationToken) is { } further
                && further.Flushed > segment.Flushed)
                return await OpenAsync(further with { MayBePlain = segment.MayBePlain }, cancellationToken);
            throw;
        }
    }

    private async Task<Stream> OpenListedAsync(ArchivedSegment segment, CancellationToken cancellationToken)
    {
        var packed = await vault.OpenAsync(segment.Stored.Name, segment.MayBePlain, cancellationToken);
        return new SegmentStream(
            new GZipStream(packed, CompressionMode.Decompress),
            segment.Stored.Name,
            segment.Flushed,
            segment.Segment.Size);
    }

    /// <exception cref="BackupStoreException">
    /// <see cref="BackupStoreFailure.Missing"/>; Damaged when it is no such text.
    /// </exception>
    public async Task<TimelineHistory> ReadHistoryAsync(
        string server, uint timeline, CancellationToken cancellationToken)
    {
        var name = WalObjectName.OfHistory(server, timeline);
        var text = await ReadHistoryTextAsync(server, timeline, cancellationToken);
        try
        {
            return TimelineHistory.Parse(timeline, text);
        }
        catch (FormatException exception)
        {
            throw new BackupStoreException(
                BackupStoreFailure.Damaged, $"{name} is no timeline history: {exception.Message}", exception);
        }
    }

    /// <summary>The file itself, for a restored server's <c>pg_wal</c>.</summary>
    public async Task<string> ReadHistoryTextAsync(string server, uint timeline, CancellationToken cancellationToken)
    {
        await using var stream = await vault.OpenAsync(
            WalObjectName.OfHistory(server, timeline), mayBePlain: true, cancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static ArchivedTimeline OfTimeline(IGrouping<uint, ArchivedSegment> all)
    {
        var whole = all.Where(segment => segment.IsWhole).OrderBy(segment => segment.Segment.Number).ToList();
        var numbers = whole.Select(segment => segment.Segment.Number).ToHashSet();
        var parts = all
            .Where(segment => !segment.IsWhole && !numbers.Contains(segment.Segment.Number))
            .GroupBy(segment => segment.Segment.Number)
            .OrderBy(group => group.Key)
            .Select(group => group.OrderByDescending(part => part.Flushed).First());

        return new ArchivedTimeline(all.Key, whole, [.. parts]);
    }
}

/// <summary>What of a server's WAL is in the store.</summary>
/// <param name="Timelines">Oldest first; those without segments are missing.</param>
/// <param name="Histories">The timelines whose history file is there, in order.</param>
public sealed record ArchivedWal(
    string Server, int SegmentSize, IReadOnlyList<ArchivedTimeline> Timelines, IReadOnlyList<uint> Histories)
{
    /// <summary>What is there of a segment; null when nothing is.</summary>
    public ArchivedSegment? Find(WalSegment segment) =>
        Timelines.FirstOrDefault(timeline => timeline.Timeline == segment.Timeline)?.Find(segment.Number);

    /// <summary>The same, of which what this does not cover may be plain.</summary>
    public ArchivedWal SealedBy(SealedWal? rule)
    {
        return this with
        {
            Timelines =
            [
                .. Timelines.Select(timeline => timeline with
                {
                    Segments = [.. timeline.Segments.Select(Judge)],
                    Partials = [.. timeline.Partials.Select(Judge)],
                }),
            ],
        };

        ArchivedSegment Judge(ArchivedSegment segment) =>
            segment with { MayBePlain = rule is null || !rule.Covers(segment.Segment) };
    }
}

/// <summary>A timeline's segments in the store.</summary>
/// <param name="Segments">The whole ones, in order; numbers that are missing are holes.</param>
/// <param name="Partials">
/// Of each segment that is not there whole, the furthest part, in order: where a stream ended.
/// </param>
public sealed record ArchivedTimeline(
    uint Timeline, IReadOnlyList<ArchivedSegment> Segments, IReadOnlyList<ArchivedSegment> Partials)
{
    /// <summary>The part that lies after every whole segment, if there is one: the open segment.</summary>
    public ArchivedSegment? Partial => Partials is [.., var last]
        && (Segments.Count == 0 || last.Segment.Number > Segments[^1].Segment.Number) ? last : null;

    /// <summary>Whole, or the furthest part.</summary>
    public ArchivedSegment? Find(ulong number) => Find(Segments, number) ?? Find(Partials, number);

    private static ArchivedSegment? Find(IReadOnlyList<ArchivedSegment> sorted, ulong number)
    {
        var (low, high) = (0, sorted.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle].Segment.Number == number)
                return sorted[middle];
            if (sorted[middle].Segment.Number < number)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return null;
    }
}

/// <summary>A segment in the store, whole or a part from its beginning.</summary>
/// <param name="Flushed">How many of its bytes are there; zeros at a part's end may be left out.</param>
public sealed record ArchivedSegment(WalSegment Segment, int Flushed, StoredObject Stored)
{
    /// <summary>Where a key is active: whether it is read also when it is not sealed.</summary>
    public bool MayBePlain { get; init; }

    public bool IsWhole => Flushed == Segment.Size;

    /// <summary>The first position that is not there.</summary>
    public Lsn End => Segment.Start + (ulong)Flushed;
}
