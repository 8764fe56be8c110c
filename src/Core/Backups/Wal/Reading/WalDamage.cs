namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>A piece of WAL that a restore could not replay, or that is not what the server wrote.</summary>
/// <param name="Lsn">
/// The first position of what is wrong: a record's start, a page's, the first byte that is missing or that must be zero.
/// </param>
/// <param name="Segment">The name of the file that it was found in, or of the first that is missing.</param>
/// <param name="Detail">For people: what was expected, and what is there.</param>
public sealed record WalDamage(WalDamageReason Reason, Lsn Lsn, string Segment, string Detail);
