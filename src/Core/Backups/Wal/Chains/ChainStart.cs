namespace RecoveryOS.Core.Backups.Wal.Chains;

/// <summary>Where a base backup's replay begins: the start of its manifest's first WAL range, and its timeline.</summary>
/// <param name="SystemIdentifier">The cluster's; null takes it from the first segment.</param>
public sealed record ChainStart(
    uint Timeline, Lsn Lsn, ulong? SystemIdentifier = null, int SegmentSize = WalSegment.DefaultSize);
