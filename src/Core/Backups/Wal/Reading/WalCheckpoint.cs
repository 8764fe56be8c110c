namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>A checkpoint's record; replay from it begins at <paramref name="Redo"/>.</summary>
public sealed record WalCheckpoint(Lsn Lsn, Lsn Redo, uint Timeline, DateTimeOffset Time, bool IsShutdown);
