using Microsoft.Extensions.Logging;
using NCrontab;
using RecoveryOS.Core.Timers;

namespace RecoveryOS.Core.Backups.Runs;

/// <summary>
/// Makes up for runs that were missed while nobody was there, and tries failed ones again: so what failed for a cause that
/// is gone by now mends itself.
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

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await runs.CloseKilledAsync(cancellationToken);
        foreach (var job in jobs)
        {
            // A job before may have taken hours.
            var run = (await timers.ListAsync(cancellationToken)).Find(run => run.Name == job.Timer);
            if (!IsDue(job.Schedule, run, time.GetUtcNow().UtcDateTime))
                continue;

            CaughtUp(logger, job.Timer);
            try
            {
                await timers.RunAsync(job.Timer, job.RunAsync, cancellationToken);
            }
            catch (BackupException)
            {
                // Written down by name and logged; it is tried again, and the other jobs have their turn now.
            }
        }
    }

    /// <summary>
    /// Whether it should have succeeded by now. After a failure it waits as long again as it has been failing: 5 minutes at
    /// first, an hour at most.
    /// </summary>
    internal static bool IsDue(string schedule, TimerRun? run, DateTime now)
    {
        if (LastDue(schedule, now - Grace) is not { } due || run?.SucceededAt >= due)
            return false;
        if (run?.FailedAt is not { } failedAt || failedAt < due || failedAt < run.StartedAt)
            return true;

        var pause = failedAt - due;
        return now >= failedAt + (pause < FirstPause ? FirstPause : pause > LongestPause ? LongestPause : pause);
    }

    private static DateTime? LastDue(string schedule, DateTime before)
    {
        var cron = CrontabSchedule.Parse(schedule, new() { IncludingSeconds = schedule.Split(' ').Length is 6 });
        return LookBacks
            .Select(span => cron.GetNextOccurrences(before - span, before.AddSeconds(1)).Select(due => (DateTime?)due).LastOrDefault())
            .FirstOrDefault(due => due is not null);
    }

    [LoggerMessage(EventName = "timer_caught_up", Level = LogLevel.Information, Message = "{timer}")]
    private static partial void CaughtUp(ILogger logger, string timer);
}
