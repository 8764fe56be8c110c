namespace RecoveryOS.Core.Backups.Wal.Chains;

/// <summary>A file of an archive that holds a segment.</summary>
/// <param name="Key">What the archive calls it; it can hold one segment twice, such as plain and compressed.</param>
/// <param name="IsOpen">It is still written to: a receiver's <c>.partial</c>, or the server's current segment.</param>
public sealed record ChainFile(WalSegment Segment, string Key, bool IsOpen = false);
