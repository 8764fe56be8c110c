namespace RecoveryOS.Core.Backups.Runs;

/// <summary>What a timer does, and when it is due: a run that was missed or failed is made up for.</summary>
/// <param name="Timer">One of <see cref="Timers.TimerNames"/>.</param>
/// <param name="Schedule">Six-field NCRONTAB, in UTC.</param>
public sealed record ScheduledJob(string Timer, string Schedule, Func<CancellationToken, Task> RunAsync)
{
    /// <summary>What cannot wait for the schedule, if the job has such a thing.</summary>
    public UrgentJob? Urgent { get; init; }
}

/// <summary>The part of a job that is done out of turn.</summary>
public sealed record UrgentJob(
    Func<CancellationToken, Task<bool>> IsNeededAsync, Func<CancellationToken, Task> RunAsync);
