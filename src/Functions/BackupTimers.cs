using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Timers;
using RecoveryOS.Functions.Access;

namespace RecoveryOS.Functions;

/// <summary>Backups by the clock.</summary>
public sealed class BackupTimers(BackupTimerRuns runs)
{
    [Function(nameof(TakeBackup)), Allow(Role.Schedule)]
    public Task TakeBackup(
        [TimerTrigger("%Schedules:TakeBackup%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) => runs.RunAsync(TimerNames.TakeBackup, cancellationToken);

    [Function(nameof(TakeDump)), Allow(Role.Schedule)]
    public Task TakeDump(
        [TimerTrigger("%Schedules:TakeDump%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) => runs.RunAsync(TimerNames.TakeDump, cancellationToken);

    [Function(nameof(PruneBackups)), Allow(Role.Schedule)]
    public Task PruneBackups(
        [TimerTrigger("%Schedules:PruneBackups%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) => runs.RunAsync(TimerNames.PruneBackups, cancellationToken);

    [Function(nameof(CatchUpBackups)), Allow(Role.Schedule)]
    public Task CatchUpBackups(
        [TimerTrigger("%Schedules:CatchUpBackups%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) => runs.CatchUpAsync(cancellationToken);
}
