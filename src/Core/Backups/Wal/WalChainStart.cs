namespace RecoveryOS.Core.Backups.Wal;

/// <summary>WAL is received from here on, and what came before cannot be joined to it.</summary>
/// <param name="Reason">In words: the first start, or why the old chain ended.</param>
public sealed record WalChainStart(uint Timeline, Lsn Lsn, string Reason);
