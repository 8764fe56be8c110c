using RecoveryOS.Core.CheckIns;

namespace RecoveryOS.Core.Risks;

/// <summary>
/// The deterministic risk score, v0: integer arithmetic with floor division, each factor on its own, the sum clamped
/// to 0–100. The same answers give the same score, today and on any machine.
/// </summary>
public static class RiskModel
{
    public const string Version = "v0.1.0";

    /// <summary>How many check-ins a member needs before there is a score.</summary>
    public const int CheckInsNeeded = 3;

    public static RiskScore Score(Answers answers)
    {
        var adherence = (100 - answers.Adherence) / 4;
        var mood = Math.Max(0, -answers.MoodTrend) * 3;
        var cravings = answers.Cravings / 3;
        var sleep = Math.Max(0, 80 - answers.SleepTenths) * 4 / 10;
        var isolation = answers.Isolation / 2;
        return new(
            Math.Clamp(adherence + mood + cravings + sleep + isolation, 0, 100),
            [
                new("adherence", adherence),
                new("mood_trend", mood),
                new("cravings", cravings),
                new("sleep_hours", sleep),
                new("isolation", isolation),
            ]);
    }
}

/// <summary>A score of 0–100 and the points that each factor gave, before the sum was clamped.</summary>
public sealed record RiskScore(int Value, IReadOnlyList<RiskFactor> Factors);

/// <summary>What one answer added to the score.</summary>
public sealed record RiskFactor(string Name, int Points);
