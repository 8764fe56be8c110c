using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Wal.Receiving;

namespace RecoveryOS.Core.Backups.Wal;

public static class WalServices
{
    public static IServiceCollection AddWal(this IServiceCollection services) => services
        .AddSingleton<HeartbeatLedger>()
        .AddSingleton<HeartbeatRecorder>()
        .AddSingleton<HeartbeatRound>()
        .AddSingleton<WalArchive>()
        .AddSingleton<WalReceivers>()
        .AddSingleton<WalStations>()
        .AddSingleton<WalWatch>();
}
