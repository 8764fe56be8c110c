namespace RecoveryOS.Core.Messaging.CheckInTexts;

/// <summary>All five values, each within its range.</summary>
/// <param name="Adherence">0 to 100.</param>
/// <param name="MoodTrend">-10 to 10.</param>
/// <param name="Cravings">0 to 100.</param>
/// <param name="SleepHoursTenths">Tenths of an hour, 0 to 240.</param>
/// <param name="Isolation">0 to 100.</param>
public sealed record CheckInValues(int Adherence, int MoodTrend, int Cravings, int SleepHoursTenths, int Isolation);
