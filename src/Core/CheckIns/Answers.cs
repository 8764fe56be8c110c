namespace RecoveryOS.Core.CheckIns;

/// <summary>The five answers of a check-in.</summary>
/// <param name="Adherence">How well the plan was kept, 0–100.</param>
/// <param name="MoodTrend">−10 (much worse) to 10 (much better).</param>
/// <param name="Cravings">0–100.</param>
/// <param name="SleepTenths">Tenths of an hour slept, 0–240.</param>
/// <param name="Isolation">0–100.</param>
public sealed record Answers(int Adherence, int MoodTrend, int Cravings, int SleepTenths, int Isolation);
