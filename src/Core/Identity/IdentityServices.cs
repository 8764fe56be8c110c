using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Identity;

public static class IdentityServices
{
    public static IServiceCollection AddIdentity(this IServiceCollection services)
    {
        services.AddOptions<JwtOptions>().BindConfiguration(JwtOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<JwtOptions>, JwtOptionsValidator>();
        services.AddSingleton<IValidateOptions<JwtOptions>, JwtKeysUrlValidator>();
        services.AddHttpClient(SigningKeys.HttpClientName, client => client.Timeout = TimeSpan.FromSeconds(2));
        services.TryAddSingleton(TimeProvider.System);
        return services.AddSingleton<SigningKeys>().AddSingleton<TokenVerifier>();
    }
}
