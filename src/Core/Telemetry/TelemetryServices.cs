using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using RecoveryOS.Core.Backups.Telemetry;

namespace RecoveryOS.Core.Telemetry;

/// <summary>
/// Metrics go out by OpenTelemetry's protocol where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, and the other
/// <c>OTEL_*</c> settings then hold too. Where it is not, nothing of OpenTelemetry is loaded.
/// </summary>
public static class TelemetryServices
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "OTEL_SERVICE_NAME";

    /// <param name="configuration">The host's, in which the environment is.</param>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration) =>
        string.IsNullOrWhiteSpace(configuration[Endpoint]) ? services : services.AddExport(configuration);

    private static IServiceCollection AddExport(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOpenTelemetry()
            .ConfigureResource(resource =>
            {
                if (string.IsNullOrWhiteSpace(configuration[ServiceName]))
                    resource.AddService("recoveryos");
            })
            .WithMetrics(metrics => metrics
                .AddMeter("RecoveryOS.*", "System.Runtime", "Npgsql", "Microsoft.AspNetCore.Hosting")
                .AddOtlpExporter());
        return services.AddHostedService<BackupStateWatch>();
    }
}
