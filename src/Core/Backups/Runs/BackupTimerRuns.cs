using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Timers;

namespace RecoveryOS.Core.Backups.Runs;

/// <summary>What the timers about backups do: nothing where no store is configured, which is said once.</summary>
public sealed partial class BackupTimerRuns(
    TimerRuns timers,
    CatchUp catchUp,
    IEnumerable<ScheduledJob> jobs,
    IOptions<BackupOptions> options,
    ILogger<BackupTimerRuns> logger)
{
    private int isSaid;

    /// <summary>Does a scheduled job now.</summary>
    public Task RunAsync(string timer, CancellationToken cancellationToken) =>
        RunAsync(timer, jobs.First(job => job.Timer == timer).RunAsync, cancellationToken);

    /// <summary>Does scheduled jobs that were missed, and failed ones again.</summary>
    public Task CatchUpAsync(CancellationToken cancellationToken) =>
        RunAsync(TimerNames.CatchUpBackups, catchUp.RunAsync, cancellationToken);

    /// <summary>Does any other job about backups.</summary>
    public async Task RunAsync(string timer, Func<CancellationToken, Task> job, CancellationToken cancellationToken)
    {
        if (options.Value.IsConfigured)
            await timers.RunAsync(timer, job, cancellationToken);
        else if (Interlocked.Exchange(ref isSaid, 1) is 0)
            NothingConfigured(logger, timer);
    }

    [LoggerMessage(
        EventName = "backups_not_configured", Level = LogLevel.Warning,
        Message = "{timer}: nothing is backed up, since Backups:Store:Url is empty")]
    private static partial void NothingConfigured(ILogger logger, string timer);
}
