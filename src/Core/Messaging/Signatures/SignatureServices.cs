using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Messaging.Signatures;

public static class SignatureServices
{
    public static IServiceCollection AddSignatures(this IServiceCollection services)
    {
        services.AddOptions<PublicBaseUrls>()
            .Configure<IConfiguration>(static (urls, configuration) => urls.Read(configuration))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<PublicBaseUrls>, PublicBaseUrlsValidator>();
        services.AddOptions<TwilioOptions>().BindConfiguration(TwilioOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TwilioOptions>, TwilioOptionsValidator>();
        services.AddSingleton<IValidateOptions<TwilioOptions>, TwilioSettingsValidator>();
        return services.AddSingleton(static provider => new SignatureVerifier(
            provider.GetRequiredService<IOptions<TwilioOptions>>().Value,
            provider.GetRequiredService<IOptions<PublicBaseUrls>>().Value));
    }
}
