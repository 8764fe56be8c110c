namespace RecoveryOS.Core.Backups.Drills;

/// <summary>An earlier restore test of the same server and method, as its successors' reports draw it.</summary>
/// <param name="At">When it finished.</param>
/// <param name="RpoSeconds">What would have been lost; null where it could not be measured.</param>
/// <param name="RtoSeconds">How long the restore took; null where it could not be measured.</param>
public sealed record DrillSummary(
    Guid Id,
    DateTimeOffset At,
    Verdict Verdict,
    double? RpoSeconds,
    double? RtoSeconds,
    double RpoTargetSeconds,
    double RtoTargetSeconds)
{
    public static DrillSummary Of(DrillEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return new DrillSummary(
            evidence.TestId,
            evidence.FinishedAt,
            evidence.Verdict,
            evidence.Rpo.ActualSeconds,
            evidence.Rto.ActualSeconds,
            evidence.Rpo.TargetSeconds,
            evidence.Rto.TargetSeconds);
    }
}
