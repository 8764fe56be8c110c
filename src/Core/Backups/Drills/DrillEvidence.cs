using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Drills;

/// <summary>
/// What a restore test did and saw: the content of the signed evidence, and of the report made from it.
/// </summary>
public sealed record DrillEvidence
{
    public required Guid TestId { get; init; }

    public required string Server { get; init; }

    public required DrillMethod Method { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>In words, worst first.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>Who asked for it: <c>schedule</c>, or the token's subject, or <c>command</c>.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>What was to be reached; null where no plan could be made.</summary>
    public DrillTarget? Target { get; init; }

    /// <summary>What was reached, by the restored server's own word; null where it was not.</summary>
    public ReachedPoint? Reached { get; init; }

    public BackupUsed? Backup { get; init; }

    /// <summary>In the order in which they ran.</summary>
    public required IReadOnlyList<DrillPhase> Phases { get; init; }

    /// <summary>In the order in which they were made; one that did not come to be made is listed too.</summary>
    public required IReadOnlyList<DrillCheck> Checks { get; init; }

    public required Objective Rpo { get; init; }

    public required Objective Rto { get; init; }

    /// <summary>
    /// Commits that the ledger holds and the restore did not bring back; null where it could not be measured.
    /// </summary>
    public long? LostHeartbeats { get; init; }

    /// <summary>Tables that were not as the data manifest says; null where they were not compared.</summary>
    public int? MismatchedTables { get; init; }

    /// <summary>
    /// The rows were held against the data manifest of the very backup that was restored, and were right.
    /// </summary>
    public bool ComparedManifest { get; init; }

    /// <summary>The last moment that was brought back; null where nothing was.</summary>
    public DateTimeOffset? ProvenUntil { get; init; }

    /// <summary>Canary rows that were not as they were written; null where they were not looked at.</summary>
    public int? CanaryMismatches { get; init; }

    /// <summary>What the restore could reach in all, when the test began.</summary>
    public RecoveryWindow? Window { get; init; }

    /// <summary>Of the restored server and of the one that made the backup, where they differ.</summary>
    public IReadOnlyList<string> ParityFindings { get; init; } = [];

    /// <summary>The program that tested.</summary>
    public required string TesterVersion { get; init; }

    public required string Machine { get; init; }

    /// <summary>What was done with the restored data at the end, in words.</summary>
    public required string Teardown { get; init; }
}

/// <param name="Kind"><c>time</c>, <c>lsn</c>, <c>name</c>, <c>newest</c> or <c>dump</c>.</param>
/// <param name="Value">As PostgreSQL was told it.</param>
/// <param name="Choice">Why this one, in words: <c>a random time in the window</c>.</param>
public sealed record DrillTarget(string Kind, string Value, string Choice);

/// <param name="Lsn">Where replay stopped.</param>
/// <param name="At">The last commit that was brought back.</param>
/// <param name="Proof">What the server said, word for word.</param>
public sealed record ReachedPoint(Lsn? Lsn, DateTimeOffset? At, string Proof);

public sealed record BackupUsed(
    Guid Id, DateTimeOffset FinishedAt, long CatalogueSequence, long StoredBytes, int WalSegments);

/// <param name="Name">
/// <c>fetch</c>, <c>wal</c>, <c>verify</c>, <c>start</c>, <c>replay</c>, <c>promote</c>, <c>first_query</c>,
/// <c>checks</c>, <c>teardown</c>; on Azure <c>restore</c> for all up to the start.
/// </param>
public sealed record DrillPhase(string Name, double Seconds, long? Bytes);

/// <param name="Name">A snake_case word, stable over versions.</param>
/// <param name="Result">Whether it was right, wrong, or could not be looked at.</param>
/// <param name="Detail">What was seen, in one sentence; of a wrong one, what was expected too.</param>
public sealed record DrillCheck(string Name, Verdict Result, string Detail, double Seconds);

/// <param name="TargetSeconds">What was asked for.</param>
/// <param name="ActualSeconds">What was measured; null where it could not be.</param>
/// <param name="ForecastSeconds">What was expected before; null for the first.</param>
public sealed record Objective(double TargetSeconds, double? ActualSeconds, double? ForecastSeconds);
