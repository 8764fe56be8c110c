using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Restores.Dumps;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Restores;

public static class RestoreServices
{
    public static IServiceCollection AddRestores(this IServiceCollection services)
    {
        services.TryAddSingleton<WalArchive>();
        services.TryAddSingleton<HeartbeatLedger>();
        return services
            .AddSingleton(_ => new RestoreForecast())
            .AddSingleton<RecoveryWindows>()
            .AddSingleton<RestorePlanner>()
            .AddSingleton<PhysicalRestore>()
            .AddSingleton<DumpRestore>();
    }
}
