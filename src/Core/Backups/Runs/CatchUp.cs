using Microsoft.Extensions.Logging;
using NCrontab;
using RecoveryOS.Core.Timers;

namespace RecoveryOS.Core.Backups.Runs;

/// <summary>
/// Makes up for runs that were missed while nobody was there, tries failed ones again, so that what failed for a cause
/// that is gone by now mends itself, and does out of turn what cannot wait.
/// </summary>
public sealed partial class CatchUp(
    TimerRuns timers, BackupRuns runs, IEnumerable<ScheduledJob> jobs, TimeProvider time, ILogger<CatchUp> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>The timer itself has so long to do it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>How far back a schedule's last time is looked for, the nearest first: a dense one has many.</summary>
    private static readonly TimeSpan[] LookBacks =
        [TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(32), TimeSpan.FromDays(366)];

    /// <exception cref="BackupException">
    /// What a job's need depends on could not be looked at; the other jobs were done.
    /// </exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await runs.CloseKilledAsync(cancellationToken);
        BackupException? blind = null;
        foreach (var job in jobs)
        {
            try
            {
                if (await ChooseAsync(job, cancellationToken) is { } chosen)
                    await CatchUpAsync(job.Timer, chosen, cancellationToken);
            }
            catch (BackupException exception)
            {
                blind ??= exception;
            }
        }

        if (blind is not null)
            throw new BackupException(blind.Code, blind.Message, blind);
    }

    /// <summary>
    /// Whether something that cannot wait may be done now. Not at once again, so that a need that no run ends does not
    /// fill the disk; after a failure it waits as a scheduled one does.
    /// </summary>
    internal static bool MayBeUrgent(TimerRun? run, DateTime now)
    {
        if (now < run?.StartedAt + FirstPause)
            return false;
        if (run?.FailedAt is not { } failedAt || failedAt < run.SucceededAt || failedAt < run.StartedAt)
            return true;

        return now >= failedAt + Pause(failedAt - (run.SucceededAt ?? failedAt));
    }

    /// <summary>
    /// Whether it should have succeeded by now. After a failure it waits as long again as it has been failing: 5
    /// minutes at first, an hour at most.
    /// </summary>
    internal static bool IsDue(string schedule, TimerRun? run, DateTime now)
    {
        if (LastDue(schedule, now - Grace) is not { } due || run?.SucceededAt >= due)
            return false;
        if (run?.FailedAt is not { } failedAt || failedAt < due || failedAt < run.StartedAt)
            return true;

        return now >= failedAt + Pause(failedAt - due);
    }

    private static TimeSpan Pause(TimeSpan failing) =>
        failing < FirstPause ? FirstPause : failing > LongestPause ? LongestPause : failing;

    /// <summary>What of a job is to be done now; null: nothing.</summary>
    private async Task<Func<CancellationToken, Task>?> ChooseAsync(
        ScheduledJob job, CancellationToken cancellationToken)
    {
        // A job before may have taken hours.
        var run = (await timers.ListAsync(cancellationToken)).Find(run => run.Name == job.Timer);
        var now = time.GetUtcNow().UtcDateTime;
        if (IsDue(job.Schedule, run, now))
            return job.RunAsync;

        return job.Urgent is { } urgent && MayBeUrgent(run, now) && await urgent.IsNeededAsync(cancellationToken)
            ? urgent.RunAsync
            : null;
    }

    private async Task CatchUpAsync(
        string timer, Func<CancellationToken, Task> job, CancellationToken cancellationToken)
    {
        CaughtUp(logger, timer);
        try
        {
            await timers.RunAsync(timer, job, cancellationToken);
        }
        catch (BackupException)
        {
            // Written down by name and logged; it is tried again, and the other jobs have their turn now.
        }
    }

    private static DateTime? LastDue(string schedule, DateTime before)
    {
        var cron = CrontabSchedule.Parse(schedule, new() { IncludingSeconds = schedule.Split(' ').Length is 6 });
        return LookBacks
            .Select(
                span => cron.GetNextOccurrences(before - span, before.AddSeconds(1))
                    .Select(due => (DateTime?)due).LastOrDefault())
            .FirstOrDefault(due => due is not null);
    }

    [LoggerMessage(EventName = "timer_caught_up", Level = LogLevel.Information, Message = "{timer}")]
    private static partial void CaughtUp(ILogger logger, string timer);
}
