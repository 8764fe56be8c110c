using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using RecoveryOS.Core.Backups.Telemetry;
using RecoveryOS.Core.Telemetry;
using RecoveryOS.Core.Tests.Backups.Evidence;

namespace RecoveryOS.Core.Tests.Backups.Telemetry;

public sealed class ExportTests
{
    [Fact]
    public async Task Metrics_go_to_the_collector_that_is_named()
    {
        await using var collector = await CollectorSink.StartAsync(TestContext.Current.CancellationToken);
        await using var services = Services(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        var provider = services.GetRequiredService<MeterProvider>();

        services.GetRequiredService<BackupMetrics>().DrillEnded(SampleEvidence.Failed);
        services.GetRequiredService<BackupMetrics>().SlotSeen("recoveryos", "lost", 0);
        Assert.True(provider.ForceFlush(20_000));

        var (path, body) = Assert.Single(collector.Requests);
        Assert.Equal("/v1/metrics", path);
        string[] names =
        [
            "recoveryos_drill_runs_total", "recoveryos_drill_duration_seconds", "recoveryos_slot_wal_status",
            "service.name",
        ];
        Assert.All(names, name => Assert.Contains(name, body, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Nothing_is_exported_where_no_collector_is_named(string? endpoint)
    {
        using var services = Services(("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint));

        Assert.Null(services.GetService<MeterProvider>());
    }

    private static ServiceProvider Services(params (string Name, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)))
            .Build();
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(TimeProvider.System)
            .AddBackupMetrics()
            .AddTelemetry(configuration)
            .BuildServiceProvider();
    }
}
