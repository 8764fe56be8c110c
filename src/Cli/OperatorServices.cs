using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecoveryOS.Core;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Telemetry;

namespace RecoveryOS.Cli;

/// <summary>The product's services over settings that were found, with its log on standard output.</summary>
internal static class OperatorServices
{
    /// <exception cref="CliException">Backups are not configured, or not rightly.</exception>
    public static ServiceProvider Create(IReadOnlyDictionary<string, string> settings)
    {
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(pair =>
                    KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), (string?)pair.Value)))
                .Build())
            .AddLogging(logging => logging.AddJsonLines())
            .AddRecoveryOS()
            .BuildServiceProvider();
        try
        {
            _ = services.GetRequiredService<IOptions<DatabaseOptions>>().Value;
            if (services.GetRequiredService<IOptions<BackupOptions>>().Value.IsConfigured)
                return services;
        }
        catch (OptionsValidationException exception)
        {
            services.Dispose();
            throw new CliException(string.Join("; ", exception.Failures));
        }

        services.Dispose();
        throw new CliException("Backups:Store:Url is missing: nothing is backed up.");
    }
}
