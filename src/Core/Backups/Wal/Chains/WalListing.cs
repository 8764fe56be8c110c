namespace RecoveryOS.Core.Backups.Wal.Chains;

/// <summary>All that an archive holds of one cluster's WAL.</summary>
public sealed record WalListing(IReadOnlyList<ChainFile> Segments, IReadOnlyList<TimelineHistory> Histories);
