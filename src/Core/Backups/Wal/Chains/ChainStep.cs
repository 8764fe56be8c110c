namespace RecoveryOS.Core.Backups.Wal.Chains;

/// <summary>One segment of the way that a restore takes.</summary>
/// <param name="Files">All that claim to be it; none where it is missing.</param>
/// <param name="Until">Where another timeline takes over whose file is not there.</param>
internal sealed record ChainStep(WalSegment Segment, IReadOnlyList<ChainFile> Files, Lsn? Until);
