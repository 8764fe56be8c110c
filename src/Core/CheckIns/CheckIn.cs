using RecoveryOS.Core.Risks;

namespace RecoveryOS.Core.CheckIns;

/// <summary>A check-in as it is answered. Notes and risk are null to a clinician without consent to see them.</summary>
/// <param name="SleepHours">0–24, one decimal.</param>
/// <param name="Channel"><c>api</c> or <c>sms</c>.</param>
public sealed record CheckIn(
    Guid Id,
    Guid MemberId,
    int Adherence,
    int MoodTrend,
    int Cravings,
    decimal SleepHours,
    int Isolation,
    string? Notes,
    string Channel,
    DateTime CreatedAt,
    Risk? Risk)
{
    public const string Api = "api";
    public const string Sms = "sms";
}
