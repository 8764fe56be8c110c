using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Wal.Receiving;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Timers;
using RecoveryOS.Functions.Access;

namespace RecoveryOS.Functions;

/// <summary>What happens to write-ahead logs by the clock. Where nothing is backed up, nothing is done.</summary>
public sealed class WalTimers(BackupTimerRuns runs, WalWatch watch, HeartbeatRound heartbeats)
{
    [Function(nameof(ShipWal)), Allow(Role.Schedule)]
    public Task ShipWal(
        [TimerTrigger("%Schedules:ShipWal%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) => runs.RunAsync(TimerNames.ShipWal, watch.RunAsync, cancellationToken);

    [Function(nameof(RecordHeartbeat)), Allow(Role.Schedule)]
    public Task RecordHeartbeat(
        [TimerTrigger("%Schedules:RecordHeartbeat%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) =>
        runs.RunAsync(TimerNames.RecordHeartbeat, heartbeats.RunAsync, cancellationToken);
}
