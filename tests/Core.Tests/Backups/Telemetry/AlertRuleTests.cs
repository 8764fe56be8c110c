using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Core.Backups.Telemetry;

namespace RecoveryOS.Core.Tests.Backups.Telemetry;

public sealed partial class AlertRuleTests
{
    private static readonly string Rules = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "recoveryos-backups.rules.yml"));

    [Fact]
    public void Alerts_name_only_metrics_that_are_emitted()
    {
        var emitted = Emitted();

        var named = MetricName.Matches(Rules).Select(match => Base(match.Value)).Distinct().ToList();

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(emitted));
    }

    [Fact]
    public void Every_metric_has_an_alert() =>
        Assert.Empty(Emitted().Except(MetricName.Matches(Rules).Select(match => Base(match.Value))));

    [Fact]
    public void Every_alert_says_what_it_is_and_where_help_is()
    {
        var alerts = Rules.Split("- alert: ")[1..];

        Assert.Equal(alerts.Length, alerts.Select(alert => alert.Split('\n')[0]).Distinct().Count());
        Assert.All(alerts, alert =>
        {
            Assert.Contains("          summary: ", alert, StringComparison.Ordinal);
            Assert.Contains("          description: ", alert, StringComparison.Ordinal);
            Assert.Matches(@"          runbook: docs/operations/incidents/[a-z-]+\.md\n", alert);
            Assert.Contains("severity: ", alert, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_alert_has_a_runbook_of_its_own_and_every_runbook_an_alert()
    {
        var named = Runbook.Matches(Rules).Select(match => (Alert: match.Groups[1].Value, File: match.Groups[2].Value)).ToList();
        var folder = Path.Combine(AppContext.BaseDirectory, "incidents");

        Assert.Equal(
            Directory.EnumerateFiles(folder).Select(Path.GetFileName).Where(file => file is not "README.md").Order(),
            named.Select(pair => pair.File).Order());
        Assert.All(named, pair => Assert.StartsWith(
            $"# {pair.Alert}\n", File.ReadAllText(Path.Combine(folder, pair.File)), StringComparison.Ordinal));
    }

    private static HashSet<string> Emitted()
    {
        HashSet<string> names = [];
        using var services = new ServiceCollection()
            .AddMetrics().AddSingleton(TimeProvider.System).AddSingleton<BackupMetrics>().BuildServiceProvider();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, services.GetRequiredService<IMeterFactory>()))
                    names.Add(instrument.Name);
            },
        };
        listener.Start();
        _ = services.GetRequiredService<BackupMetrics>();
        return names;
    }

    /// <summary>A histogram's series are named after it.</summary>
    private static string Base(string name) => name.EndsWith("_bucket", StringComparison.Ordinal) ? name[..^7] : name;

    [GeneratedRegex(@"- alert: (\w+)\n(?:(?!- alert: ).*\n)*? +runbook: docs/operations/incidents/(\S+)")]
    private static partial Regex Runbook { get; }

    [GeneratedRegex(@"\brecoveryos_[a-z_]+")]
    private static partial Regex MetricName { get; }
}
