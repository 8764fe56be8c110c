namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>A transaction's commit: the start of its record, and the server's time when it was made.</summary>
public sealed record WalCommit(Lsn Lsn, DateTimeOffset Time);
