using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Catalogues;

namespace RecoveryOS.Core.Backups.Stores;

public static class StoreServices
{
    public static IServiceCollection AddBackupStores(this IServiceCollection services) => services
        .AddSingleton<IBackupStore>(provider => new FolderStore(
            provider.GetRequiredService<IOptions<BackupOptions>>().Value.Store.Url, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<BackupVault>()
        .AddSingleton<CatalogueSigner>()
        .AddSingleton<BackupCatalogue>();
}
