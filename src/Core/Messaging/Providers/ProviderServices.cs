using Azure.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Core.Messaging.Providers;

public static class ProviderServices
{
    public static IServiceCollection AddTextProviders(this IServiceCollection services)
    {
        services.AddOptions<BackupSmsOptions>().BindConfiguration(BackupSmsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BackupSmsOptions>, BackupSmsOptionsValidator>();
        services.AddSingleton<IValidateOptions<BackupSmsOptions>, BackupSmsSettingsValidator>();
        // Without loggers: an address of Twilio's API may hold a phone number.
        services.AddHttpClient(ProviderClients.HandlerName)
            .ConfigurePrimaryHttpMessageHandler(ProviderClients.CreateHandler)
            .RemoveAllLoggers();
        return services
            .AddSingleton<ProviderClients>()
            .AddSingleton(static provider => new TextRouter(
                Configured(provider),
                provider.GetRequiredService<NpgsqlDataSource>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<TextRouter>>()));
    }

    private static IEnumerable<ITextProvider> Configured(IServiceProvider provider)
    {
        var clients = provider.GetRequiredService<ProviderClients>();
        var time = provider.GetRequiredService<TimeProvider>();
        var twilio = provider.GetRequiredService<IOptions<TwilioOptions>>().Value;
        if (twilio.CanSend)
        {
            var urls = provider.GetRequiredService<IOptions<PublicBaseUrls>>().Value.Parse();
            yield return new TwilioProvider(twilio, urls is [var first, ..] ? first : null, clients);
        }

        var backup = provider.GetRequiredService<IOptions<BackupSmsOptions>>().Value;
        if (backup.Endpoint is { Length: > 0 } endpoint)
        {
            var logger = provider.GetRequiredService<ILogger<AzureToken>>();
            var token = ProviderAddress.IsLocal(new(endpoint))
                ? null
                : new AzureToken(new DefaultAzureCredential(), time, logger);
            yield return new AzureProvider(backup, token, clients, time);
        }
    }
}
