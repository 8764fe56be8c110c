using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Azure;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Evidence;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Telemetry;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups;

public static class BackupServices
{
    public static IServiceCollection AddBackups(this IServiceCollection services)
    {
        services.AddOptions<BackupOptions>().BindConfiguration(BackupOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BackupOptions>, BackupOptionsValidator>();
        services.AddSingleton<IValidateOptions<BackupOptions>, BackupSettingsValidator>();
        return services
            .AddBackupStores()
            .AddWal()
            .AddRestores()
            .AddDrills()
            .AddEvidence()
            .AddBackupMetrics()
            .AddAzureDrill()
            .AddSingleton<AbandonedBackups>()
            .AddSingleton<BackupTargets>()
            .AddSingleton<DataManifests>()
            .AddSingleton<LogicalBackups>()
            .AddSingleton<PhysicalBackups>();
    }
}
