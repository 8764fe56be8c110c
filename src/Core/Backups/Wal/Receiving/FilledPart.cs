namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>How much of an open segment was received.</summary>
internal static class FilledPart
{
    private const int ChunkSize = 256 * 1024;

    /// <summary>PostgreSQL aligns WAL records to this.</summary>
    private const int Alignment = 8;

    /// <summary>
    /// The bytes up to the last one that is not zero. The file is written from its beginning on, so all bytes before
    /// that one are there for good; what is left out behind it is zeros, which a reader of the part gets anyway.
    /// </summary>
    public static async Task<int> MeasureAsync(FileStream file, CancellationToken cancellationToken)
    {
        var chunk = new byte[ChunkSize];
        for (var end = file.Length; end > 0; end -= ChunkSize)
        {
            var start = Math.Max(0, end - ChunkSize);
            file.Position = start;
            var length = (int)(end - start);
            await file.ReadExactlyAsync(chunk.AsMemory(0, length), cancellationToken);
            var last = chunk.AsSpan(0, length).LastIndexOfAnyExcept((byte)0);
            if (last >= 0)
                return checked((int)Math.Min(file.Length, (start + last + Alignment) / Alignment * Alignment));
        }

        return 0;
    }
}
