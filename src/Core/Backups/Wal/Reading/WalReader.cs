using System.Buffers;

namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>
/// Reads segments of PostgreSQL 15 to 18 in their order, and checks all that PostgreSQL checks before it replays them:
/// pages, the chain of records and their CRCs, over the ends of pages and segments.
/// </summary>
/// <param name="state">Where another reader stopped; null starts at the first record that begins in the first segment.</param>
/// <param name="systemIdentifier">The cluster's; null takes it from the first segment.</param>
public sealed class WalReader(WalReaderState? state, ulong? systemIdentifier)
{
    private const int ChunkSize = 4 * WalFileHeader.LargestBlockSize;

    /// <summary>After the last segment that was valid to its end; null before the first.</summary>
    public WalReaderState? State { get; private set; } = state;

    /// <summary>Reads a whole segment; <see cref="State"/> moves on only when it is valid to its end.</summary>
    public async Task<SegmentReading> ReadAsync(SegmentRequest request, Stream stream, CancellationToken cancellationToken)
    {
        var scan = new SegmentScan(request, State, systemIdentifier);
        if (Misplaced(request.Segment) is { } damage)
            return new SegmentFindings(State).ToReading(request.Segment, endsHere: false, damage);

        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            await ScanAsync(scan, request, stream, buffer.AsMemory(0, ChunkSize), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        State = scan.ToState() ?? State;
        return scan.ToReading();
    }

    private async Task ScanAsync(
        SegmentScan scan, SegmentRequest request, Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var (length, blockSize, read) = (0L, State?.BlockSize ?? 0, buffer.Length);
        while (scan.Damage is null && length <= request.Segment.Size && read == buffer.Length)
        {
            read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            if (blockSize is 0)
                blockSize = WalFileHeader.BlockSizeOf(buffer.Span[..read]);
            var usable = (int)Math.Min(read, request.Segment.Size - length);
            length += read;
            Scan(scan, request, buffer.Span, Math.Max(usable, 0), blockSize);
        }

        scan.Measure(length);
    }

    /// <summary>The last page of an open segment may be cut: what is missing of it reads as zeros.</summary>
    private static void Scan(SegmentScan scan, SegmentRequest request, Span<byte> chunk, int usable, int blockSize)
    {
        var whole = usable - (usable % blockSize);
        for (var offset = 0; offset < whole; offset += blockSize)
            scan.Take(chunk.Slice(offset, blockSize));
        if (whole < usable && request.IsOpen)
        {
            chunk[usable..(whole + blockSize)].Clear();
            scan.Take(chunk.Slice(whole, blockSize));
        }
    }

    private WalDamage? Misplaced(WalSegment segment) => State switch
    {
        { } before when before.SegmentSize != segment.Size => new WalDamage(
            WalDamageReason.WrongSize, before.Position, segment.Name,
            $"The segments before have {before.SegmentSize} bytes, this one {segment.Size}."),
        { } before when before.Position != segment.Start => new WalDamage(
            WalDamageReason.Gap, before.Position, segment.Name, $"The segment begins at {segment.Start}."),
        { } before when segment.Timeline < before.Timeline => new WalDamage(
            WalDamageReason.WrongTimeline, before.Position, segment.Name,
            $"The segment is of timeline {segment.Timeline}, the one before of {before.Timeline}."),
        _ => null,
    };
}
