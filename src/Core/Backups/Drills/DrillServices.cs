using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Core.Backups.Alarms;
using RecoveryOS.Core.Backups.Drills.Logical;
using RecoveryOS.Core.Backups.Drills.Physical;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Verifications;

namespace RecoveryOS.Core.Backups.Drills;

public static class DrillServices
{
    public static IServiceCollection AddDrills(this IServiceCollection services) => services
        .AddMetrics()
        .AddSingleton<DrillPlanner>()
        .AddSingleton<DrillTargetChooser>()
        .AddSingleton<IDrill, PhysicalDrill>()
        .AddSingleton<IDrill, LogicalDrill>()
        .AddSingleton<JobResults>()
        .AddSingleton<LogicalChecks>()
        .AddSingleton<OperatorAlarms>()
        .AddSingleton<PhysicalChecks>()
        // Registered last, this is the one that is used.
        .AddSingleton(provider => new RestoreForecast(provider.GetRequiredService<RestoreTests>().LastPhasesAsync))
        .AddSingleton<RestoreTestBell>()
        .AddSingleton<RestoreTestQueue>()
        .AddSingleton<RestoreTestRunner>()
        .AddSingleton<RestoreTests>()
        .AddSingleton<ScheduledRestoreTests>()
        .AddSingleton<SelfTestVerifier>()
        .AddSingleton<TestClosing>()
        .AddSingleton<VerifierState>()
        .AddSingleton<WalInspection>()
        .AddSingleton<WalVerification>()
        .AddSingleton<WindowReport>();
}
