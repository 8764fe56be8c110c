namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>Numbers of PostgreSQL's WAL: access/xlog_internal.h, xlogrecord.h, xact.h and catalog/pg_control.h.</summary>
internal static class WalFormat
{
    public const int ShortHeaderSize = 24;
    public const int LongHeaderSize = 40;
    public const int RecordHeaderSize = 24;
    public const int Alignment = 8;

    /// <summary>No record reaches 1 GiB: PostgreSQL could not allocate it.</summary>
    public const uint LongestRecord = 0x3FFF_FFFF;

    public const ushort FirstIsContinuation = 0x0001;
    public const ushort LongHeader = 0x0002;
    public const ushort FirstIsOverwrite = 0x0008;
    public const ushort AllFlags = 0x000F;

    public const byte XlogManager = 0;
    public const byte TransactionManager = 1;

    public const byte ShutdownCheckpoint = 0x00;
    public const byte OnlineCheckpoint = 0x10;
    public const byte Switch = 0x40;
    public const byte RestorePoint = 0x70;
    public const byte OverwriteContinuation = 0xD0;

    public const byte TransactionKindMask = 0x70;
    public const byte Commit = 0x00;
    public const byte CommitPrepared = 0x30;

    /// <summary>The major version that writes this in each page; null when it is none of 15 to 18.</summary>
    public static int? MajorVersion(ushort magic) => magic switch
    {
        0xD110 => 15,
        0xD113 => 16,
        0xD116 => 17,
        0xD118 => 18,
        _ => null,
    };

    public static int Align(int offset) => (offset + Alignment - 1) & -Alignment;

    public static Lsn Align(Lsn lsn) => new((lsn.Value + Alignment - 1) & ~(ulong)(Alignment - 1));
}
