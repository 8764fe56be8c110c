using System.Buffers.Binary;

namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>The start of each page (xlog_internal.h, XLogPageHeaderData).</summary>
internal readonly record struct WalPageHeader(ushort Magic, ushort Flags, uint Timeline, Lsn Address, uint Remaining, uint Padding)
{
    public bool IsContinuation => (Flags & WalFormat.FirstIsContinuation) != 0;

    public bool IsLong => (Flags & WalFormat.LongHeader) != 0;

    public bool IsOverwrite => (Flags & WalFormat.FirstIsOverwrite) != 0;

    public int Size => IsLong ? WalFormat.LongHeaderSize : WalFormat.ShortHeaderSize;

    public static WalPageHeader Read(ReadOnlySpan<byte> page) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(page),
        BinaryPrimitives.ReadUInt16LittleEndian(page[2..]),
        BinaryPrimitives.ReadUInt32LittleEndian(page[4..]),
        new Lsn(BinaryPrimitives.ReadUInt64LittleEndian(page[8..])),
        BinaryPrimitives.ReadUInt32LittleEndian(page[16..]),
        BinaryPrimitives.ReadUInt32LittleEndian(page[20..]));

    /// <summary>Some version's page of this address: a recycled file's old pages have older addresses.</summary>
    public bool IsPageAt(Lsn address) => Address == address && WalFormat.MajorVersion(Magic) is not null;
}
