using Microsoft.Extensions.DependencyInjection;

namespace RecoveryOS.Core.Backups.Telemetry;

public static class BackupMetricsServices
{
    public static IServiceCollection AddBackupMetrics(this IServiceCollection services) => services
        .AddMetrics()
        .AddSingleton<BackupMetrics>()
        .AddSingleton<BackupStateReader>();
}
