using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Azure;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Evidence;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Backups.Retention;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Telemetry;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Timers;

namespace RecoveryOS.Core.Backups;

public static class BackupServices
{
    public static IServiceCollection AddBackups(this IServiceCollection services)
    {
        services.AddOptions<BackupOptions>().BindConfiguration(BackupOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BackupOptions>, BackupOptionsValidator>();
        services.AddSingleton<IValidateOptions<BackupOptions>, BackupSettingsValidator>();
        services.AddOptions<ScheduleOptions>().BindConfiguration(ScheduleOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ScheduleOptions>, ScheduleOptionsValidator>();
        return services
            .AddBackupStores()
            .AddRestores()
            .AddWal()
            .AddDrills()
            .AddEvidence()
            .AddBackupMetrics()
            .AddAzureDrill()
            .AddSingleton<AbandonedBackups>()
            .AddSingleton<BackupJobs>()
            .AddSingleton<BackupRuns>()
            .AddSingleton<BackupTargets>()
            .AddSingleton<BackupTimerRuns>()
            .AddSingleton<CatchUp>()
            .AddSingleton<DataManifests>()
            .AddSingleton<LogicalBackups>()
            .AddSingleton<NeededBases>()
            .AddSingleton<PhysicalBackups>()
            .AddScheduledJob(
                TimerNames.TakeBackup,
                schedules => schedules.TakeBackup,
                (services, stop) => services.GetRequiredService<BackupJobs>().TakeBackupsAsync(stop),
                services => new(
                    stop => services.GetRequiredService<NeededBases>().AnyAsync(stop),
                    stop => services.GetRequiredService<NeededBases>().TakeAsync(stop)))
            .AddScheduledJob(
                TimerNames.TakeDump,
                schedules => schedules.TakeDump,
                (services, stop) => services.GetRequiredService<BackupJobs>().TakeDumpsAsync(stop))
            .AddScheduledJob(
                TimerNames.PruneBackups,
                schedules => schedules.PruneBackups,
                (services, stop) => services.GetRequiredService<PruneJob>().RunAsync(stop));
    }

    /// <summary>
    /// A timer's job, made when it is due: where no store is configured there is nothing to make it of.
    /// </summary>
    public static IServiceCollection AddScheduledJob(
        this IServiceCollection services,
        string timer,
        Func<ScheduleOptions, string> schedule,
        Func<IServiceProvider, CancellationToken, Task> run,
        Func<IServiceProvider, UrgentJob>? urgent = null) => services.AddSingleton(provider => new ScheduledJob(
            timer,
            schedule(provider.GetRequiredService<IOptions<ScheduleOptions>>().Value),
            stop => run(provider, stop))
        {
            Urgent = urgent?.Invoke(provider),
        });
}
