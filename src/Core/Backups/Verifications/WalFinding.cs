using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Verifications;

/// <summary>What was found of a server's archived WAL.</summary>
public sealed record WalFinding
{
    public required string Server { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// Passed: all of it is as the server wrote it. Inconclusive: it could not be read, or there is no base to begin
    /// at.
    /// </summary>
    public required Drills.Verdict Verdict { get; init; }

    /// <summary>Where the chain begins; null: there is no base backup to begin at.</summary>
    public Lsn? From { get; init; }

    /// <summary>The first position that a restore can't reach.</summary>
    public Lsn? End { get; init; }

    /// <summary>The last commit that a restore would bring back.</summary>
    public DateTimeOffset? LastCommit { get; init; }

    /// <summary>How many segments were read now; the others were verified before.</summary>
    public required int SegmentsRead { get; init; }

    /// <summary>A sentence each, with the LSN and the segment.</summary>
    public required IReadOnlyList<string> Damages { get; init; }

    /// <summary>Where the next run goes on.</summary>
    public string? Progress { get; init; }

    public required double Seconds { get; init; }
}
