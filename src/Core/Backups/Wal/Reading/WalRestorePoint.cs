namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>What <c>pg_create_restore_point</c> left: <paramref name="End"/> is the position that it answered.</summary>
public sealed record WalRestorePoint(string Name, Lsn Lsn, Lsn End, DateTimeOffset Time);
