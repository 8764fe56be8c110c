using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Retention;

namespace RecoveryOS.Core.Backups.Stores;

public static class StoreServices
{
    public static IServiceCollection AddBackupStores(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton(provider => Open(
                provider.GetRequiredService<IOptions<BackupOptions>>().Value.Store,
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<BackupVault>()
            .AddSingleton<CatalogueSigner>()
            .AddSingleton<BackupCatalogue>()
            .AddSingleton<BackupPruner>()
            .AddSingleton<PruneJob>();
    }

    /// <summary>The store that an address names: a container's URL, else a folder's path.</summary>
    public static IBackupStore Open(BackupStoreOptions options, TimeProvider time) =>
        options.Url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || options.Url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            ? new AzureBlobStore(options)
            : new FolderStore(options.Url, time);
}
