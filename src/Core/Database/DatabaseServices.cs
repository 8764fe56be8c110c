using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace RecoveryOS.Core.Database;

/// <summary>The one data source of the process.</summary>
public static class DatabaseServices
{
    public static IServiceCollection AddDatabase(this IServiceCollection services)
    {
        services.AddOptions<DatabaseOptions>().BindConfiguration(DatabaseOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseOptionsValidator>();
        services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseUrlValidator>();
        services.AddSingleton(provider =>
            CreateDataSource(provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.Url));
        services.AddSingleton<Schema>();
        return services;
    }

    /// <summary>
    /// A data source for short requests. The server ends statements after 2.5 s by itself; for one that does not answer
    /// at all see <see cref="Queries"/>, and Npgsql gives the connection up later, because its attempts to cancel block
    /// threads. Statements are prepared on their second use. No state is reset between uses: none is ever set.
    /// </summary>
    public static NpgsqlDataSource CreateDataSource(string url)
    {
        var settings = DatabaseUrl.Parse(url);
        SetDefault(settings, "Timeout", 2);
        SetDefault(settings, "Command Timeout", 10);
        SetDefault(settings, "Cancellation Timeout", 500);
        SetDefault(settings, "Options", "-c statement_timeout=2500");
        SetDefault(settings, "Max Auto Prepare", 100);
        SetDefault(settings, "Auto Prepare Min Usages", 2);
        SetDefault(settings, "No Reset On Close", true);
        SetDefault(settings, "Maximum Pool Size", 40);
        SetDefault(settings, "Application Name", "recoveryos");
        // Neither parameter values nor rows may enter exception texts: notes and phone numbers are among them.
        settings.IncludeErrorDetail = false;
        return new NpgsqlSlimDataSourceBuilder(settings.ConnectionString)
            .EnableArrays()
            .EnableTransportSecurity()
            .EnableIntegratedSecurity()
            .Build();
    }

    private static void SetDefault(NpgsqlConnectionStringBuilder settings, string key, object value)
    {
        if (!settings.ShouldSerialize(key))
        {
            settings[key] = value;
        }
    }
}
