namespace RecoveryOS.Core.Backups.Runs;

/// <summary>What a timer does, and when it is due: a run that was missed or failed is made up for.</summary>
/// <param name="Timer">One of <see cref="Timers.TimerNames"/>.</param>
/// <param name="Schedule">Six-field NCRONTAB, in UTC.</param>
public sealed record ScheduledJob(string Timer, string Schedule, Func<CancellationToken, Task> RunAsync);
