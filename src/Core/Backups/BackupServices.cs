using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Drills.Evidence;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Telemetry;

namespace RecoveryOS.Core.Backups;

public static class BackupServices
{
    public static IServiceCollection AddBackups(this IServiceCollection services)
    {
        services.AddOptions<BackupOptions>().BindConfiguration(BackupOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BackupOptions>, BackupOptionsValidator>();
        services.AddSingleton<IValidateOptions<BackupOptions>, BackupSettingsValidator>();
        return services.AddBackupStores().AddEvidence().AddBackupMetrics().AddSingleton<BackupTargets>();
    }
}
