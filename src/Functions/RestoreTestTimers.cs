using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Core.Backups.Verifications;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Timers;
using RecoveryOS.Functions.Access;

namespace RecoveryOS.Functions;

/// <summary>How backups are proved, by the clock. Where nothing is backed up, nothing is done.</summary>
public sealed class RestoreTestTimers(
    TimerRuns runs,
    ScheduledRestoreTests tests,
    SelfTestVerifier verifier,
    WalVerification wal,
    WindowReport window,
    IOptions<BackupOptions> options)
{
    [Function(nameof(RunRestoreTest)), Allow(Role.Schedule)]
    public Task RunRestoreTest(
        [TimerTrigger("%Schedules:RunRestoreTest%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) =>
        RunAsync(TimerNames.RunRestoreTest, tests.RunAsync, cancellationToken);

    [Function(nameof(SelfTestVerifier)), Allow(Role.Schedule)]
    public Task SelfTestVerifier(
        [TimerTrigger("%Schedules:SelfTestVerifier%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) =>
        RunAsync(TimerNames.SelfTestVerifier, stop => verifier.RunAsync(null, stop), cancellationToken);

    [Function(nameof(VerifyWal)), Allow(Role.Schedule)]
    public Task VerifyWal(
        [TimerTrigger("%Schedules:VerifyWal%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) =>
        RunAsync(TimerNames.VerifyWal, wal.RunAsync, cancellationToken);

    [Function(nameof(ReportRecoveryWindow)), Allow(Role.Schedule)]
    public Task ReportRecoveryWindow(
        [TimerTrigger("%Schedules:ReportRecoveryWindow%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) =>
        RunAsync(TimerNames.ReportRecoveryWindow, window.RunAsync, cancellationToken);

    private Task RunAsync(string name, Func<CancellationToken, Task> job, CancellationToken cancellationToken) =>
        options.Value.IsConfigured ? runs.RunAsync(name, job, cancellationToken) : Task.CompletedTask;
}
