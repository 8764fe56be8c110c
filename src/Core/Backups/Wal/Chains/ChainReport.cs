using RecoveryOS.Core.Backups.Wal.Reading;

namespace RecoveryOS.Core.Backups.Wal.Chains;

/// <summary>What a run found out about an archive's WAL.</summary>
public sealed record ChainReport
{
    /// <summary>The timeline that a restore with <c>recovery_target_timeline = latest</c> would follow.</summary>
    public required uint Timeline { get; init; }

    /// <summary>Of the segments that this run read, in their order.</summary>
    public required IReadOnlyList<SegmentReading> Readings { get; init; }

    /// <summary>All that is wrong, in the order of positions.</summary>
    public required IReadOnlyList<WalDamage> Damages { get; init; }

    /// <summary>The start of the last record that a restore would replay; null when there is none.</summary>
    public required Lsn? LastRecord { get; init; }

    /// <summary>The first position behind it: what lies further can't be restored, or is not there.</summary>
    public required Lsn? End { get; init; }

    /// <summary>The last commit that a restore would replay.</summary>
    public required WalCommit? LastCommit { get; init; }

    /// <summary>For the next run; it never passes damage, so that damage is found until it is mended.</summary>
    public required ChainProgress Progress { get; init; }

    public bool IsIntact => Damages.Count == 0;
}
