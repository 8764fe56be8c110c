using System.Buffers;

namespace RecoveryOS.Core.Backups.Wal.Chains;

/// <summary>Finds where two files part.</summary>
internal static class FileComparison
{
    private const int ChunkSize = 256 * 1024;

    /// <summary>The offset of the first byte that only one has, or that differs; null when they are the same.</summary>
    public static async Task<long?> FirstDifferenceAsync(Stream left, Stream right, CancellationToken cancellationToken)
    {
        var first = ArrayPool<byte>.Shared.Rent(ChunkSize);
        var second = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            for (var offset = 0L; ; offset += ChunkSize)
            {
                var one = await left.ReadAtLeastAsync(first.AsMemory(0, ChunkSize), ChunkSize, false, cancellationToken);
                var two = await right.ReadAtLeastAsync(second.AsMemory(0, ChunkSize), ChunkSize, false, cancellationToken);
                var same = first.AsSpan(0, one).CommonPrefixLength(second.AsSpan(0, two));
                if (same < one || same < two)
                    return offset + same;
                if (one < ChunkSize)
                    return null;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(first);
            ArrayPool<byte>.Shared.Return(second);
        }
    }
}
