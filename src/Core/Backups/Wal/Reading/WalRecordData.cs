using System.Buffers.Binary;
using System.Text;

namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>The data of records that refer to no table's block: commits, restore points, checkpoints.</summary>
internal static class WalRecordData
{
    /// <summary>Enough of a record for all that is read here: headers, and a restore point's 8 + 64 bytes.</summary>
    public const int PrefixSize = 192;

    /// <summary>PostgreSQL counts microseconds from here (datatype/timestamp.h).</summary>
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Block ids that stand for other things (access/xlogrecord.h).
    private const byte ShortData = 255;
    private const byte LongData = 254;
    private const byte Origin = 253;
    private const byte TopLevelTransaction = 252;

    private const int CheckpointTimeOffset = 64;

    /// <summary>The record's main data, as much as <paramref name="record"/> holds of it; empty when blocks come first.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> record)
    {
        var rest = record[WalFormat.RecordHeaderSize..];
        while (rest.Length > 0)
        {
            var size = rest[0] switch { ShortData => 2, LongData => 5, Origin => 3, TopLevelTransaction => 5, _ => 0 };
            if (size == 0 || size > rest.Length)
                return [];
            if (rest[0] is ShortData or LongData)
                return rest[size..];
            rest = rest[size..];
        }

        return [];
    }

    public static DateTimeOffset? CommitTime(ReadOnlySpan<byte> data) => Time(data);

    public static WalRestorePoint? RestorePoint(ReadOnlySpan<byte> data, Lsn lsn, Lsn end)
    {
        if (Time(data) is not { } time)
            return null;
        var name = data[8..];
        var length = name.IndexOf((byte)0);

        return new WalRestorePoint(Encoding.UTF8.GetString(length < 0 ? name : name[..length]), lsn, end, time);
    }

    public static WalCheckpoint? Checkpoint(ReadOnlySpan<byte> data, Lsn lsn, bool isShutdown)
    {
        if (data.Length < CheckpointTimeOffset + 8)
            return null;

        return new WalCheckpoint(
            lsn,
            Address(data),
            BinaryPrimitives.ReadUInt32LittleEndian(data[8..]),
            DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64LittleEndian(data[CheckpointTimeOffset..])),
            isShutdown);
    }

    public static Lsn Address(ReadOnlySpan<byte> data) =>
        data.Length < 8 ? default : new Lsn(BinaryPrimitives.ReadUInt64LittleEndian(data));

    private static DateTimeOffset? Time(ReadOnlySpan<byte> data) =>
        data.Length < 8 ? null : Epoch.AddMicroseconds(BinaryPrimitives.ReadInt64LittleEndian(data));
}
