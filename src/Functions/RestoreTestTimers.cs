using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Verifications;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Timers;
using RecoveryOS.Functions.Access;

namespace RecoveryOS.Functions;

/// <summary>How backups are proved, by the clock. Where nothing is backed up, nothing is done.</summary>
public sealed class RestoreTestTimers(
    BackupTimerRuns runs,
    ScheduledRestoreTests tests,
    SelfTestVerifier verifier,
    WalVerification wal,
    WindowReport window)
{
    [Function(nameof(RunRestoreTest)), Allow(Role.Schedule)]
    public Task RunRestoreTest(
        [TimerTrigger("%Schedules:RunRestoreTest%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) =>
        runs.RunAsync(TimerNames.RunRestoreTest, tests.RunAsync, cancellationToken);

    [Function(nameof(SelfTestVerifier)), Allow(Role.Schedule)]
    public Task SelfTestVerifier(
        [TimerTrigger("%Schedules:SelfTestVerifier%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) =>
        runs.RunAsync(TimerNames.SelfTestVerifier, stop => verifier.RunAsync(null, stop), cancellationToken);

    [Function(nameof(VerifyWal)), Allow(Role.Schedule)]
    public Task VerifyWal(
        [TimerTrigger("%Schedules:VerifyWal%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) =>
        runs.RunAsync(TimerNames.VerifyWal, wal.RunAsync, cancellationToken);

    [Function(nameof(ReportRecoveryWindow)), Allow(Role.Schedule)]
    public Task ReportRecoveryWindow(
        [TimerTrigger("%Schedules:ReportRecoveryWindow%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) =>
        runs.RunAsync(TimerNames.ReportRecoveryWindow, window.RunAsync, cancellationToken);
}
