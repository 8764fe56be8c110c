using Azure.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Drills;

namespace RecoveryOS.Core.Backups.Azure;

public static class AzureServices
{
    public static IServiceCollection AddAzureDrill(this IServiceCollection services) => services
        .AddSingleton(provider => new ResourceManager(
            new Uri(provider.GetRequiredService<IOptions<BackupOptions>>().Value.Azure.ManagementUrl),
            new DefaultAzureCredential(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<FlexibleServerRestore>()
        .AddSingleton<AzureChecks>()
        .AddSingleton<IDrill, AzureDrill>();
}
