namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>What one segment holds. A record counts in the segment in which it ends.</summary>
public sealed record SegmentReading
{
    public required WalSegment Segment { get; init; }

    public required long Records { get; init; }

    public required long Commits { get; init; }

    /// <summary>The start of the last valid record so far; it may lie in an earlier segment.</summary>
    public required Lsn? LastRecord { get; init; }

    /// <summary>The first position after it: up to here a restore can replay.</summary>
    public required Lsn? End { get; init; }

    /// <summary>The last commit so far; it may lie in an earlier segment.</summary>
    public required WalCommit? LastCommit { get; init; }

    public required IReadOnlyList<WalRestorePoint> RestorePoints { get; init; }

    public required IReadOnlyList<WalCheckpoint> Checkpoints { get; init; }

    /// <summary>The WAL ends within this segment, which is still written to.</summary>
    public required bool EndsHere { get; init; }

    /// <summary>Null when all of it is as the server wrote it.</summary>
    public required WalDamage? Damage { get; init; }
}
