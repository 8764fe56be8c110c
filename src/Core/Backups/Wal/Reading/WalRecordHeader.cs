using System.Buffers.Binary;

namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>The start of each record (access/xlogrecord.h, XLogRecord).</summary>
internal static class WalRecordHeader
{
    /// <summary>The bytes of the header that the CRC covers: all before it.</summary>
    private const int ChecksumOffset = 20;

    private const byte KindMask = 0xF0;

    public static uint Length(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32LittleEndian(record);

    public static Lsn Previous(ReadOnlySpan<byte> record) => new(BinaryPrimitives.ReadUInt64LittleEndian(record[8..]));

    public static byte Kind(ReadOnlySpan<byte> record) => (byte)(record[16] & KindMask);

    public static byte Manager(ReadOnlySpan<byte> record) => record[17];

    /// <summary>Whether the record's CRC is that of its data and then its header, in this order.</summary>
    public static bool HasChecksum(ReadOnlySpan<byte> record, uint crcOfData) =>
        Crc32C.Finish(Crc32C.Append(crcOfData, record[..ChecksumOffset]))
            == BinaryPrimitives.ReadUInt32LittleEndian(record[ChecksumOffset..]);
}
