using System.Buffers.Binary;

namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>What a segment's first page says of its cluster (xlog_internal.h, XLogLongPageHeaderData).</summary>
internal readonly record struct WalFileHeader(ulong SystemIdentifier, uint SegmentSize, uint BlockSize)
{
    public const int DefaultBlockSize = 8192;

    /// <summary>What configure's --with-wal-blocksize allows; every chunk of a multiple of it holds whole pages.</summary>
    public const int LargestBlockSize = 65536;

    private const int SmallestBlockSize = 1024;

    public static WalFileHeader Read(ReadOnlySpan<byte> page) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(page[24..]),
        BinaryPrimitives.ReadUInt32LittleEndian(page[32..]),
        BinaryPrimitives.ReadUInt32LittleEndian(page[36..]));

    /// <summary>The page size that a file's first bytes name, or PostgreSQL's own where they name none.</summary>
    public static int BlockSizeOf(ReadOnlySpan<byte> file) =>
        file.Length >= WalFormat.LongHeaderSize && Read(file).BlockSize is var size
            and >= SmallestBlockSize and <= LargestBlockSize && (size & (size - 1)) == 0
            ? (int)size
            : DefaultBlockSize;
}
