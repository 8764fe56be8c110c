using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using RecoveryOS.Core.Backups.Drills;

namespace RecoveryOS.Core.Backups.Telemetry;

/// <summary>
/// What is measured of backups, as the meter <c>RecoveryOS.Backups</c>. Most of it is read from the database, so that
/// each replica says the same after any restart; what only a run itself knows, it tells here.
/// </summary>
public sealed class BackupMetrics
{
    public const string MeterName = "RecoveryOS.Backups";

    /// <summary>A server's slot is looked at every few seconds; what is older is no longer true.</summary>
    private static readonly TimeSpan SlotLifetime = TimeSpan.FromMinutes(5);

    private readonly TimeProvider time;
    private readonly Counter<long> runs;
    private readonly Counter<long> failures;
    private readonly Histogram<double> durations;
    private readonly List<ObservableGauge<double>> gauges;
    private readonly Lock gate = new();
    private readonly Dictionary<string, (DateTimeOffset At, BackupSample[] Samples)> slots = [];
    private ILookup<string, BackupSample> state = Array.Empty<BackupSample>().ToLookup(sample => sample.Metric);

    public BackupMetrics(IMeterFactory meters, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(meters);
        this.time = time;
        var meter = meters.Create(MeterName);
        runs = meter.CreateCounter<long>(
            "recoveryos_drill_runs_total", null, "Restore tests that ended, by their result.");
        failures = meter.CreateCounter<long>(
            "recoveryos_integrity_failures_total", null, "Checks of restore tests that were wrong.");
        durations = meter.CreateHistogram<double>(
            "recoveryos_drill_duration_seconds", "s", "How long the phases of restore tests took.");
        gauges = [.. BackupGauges.All.Select(gauge => meter.CreateObservableGauge(
            gauge.Name, () => Observe(gauge.Name), gauge.Unit, gauge.Description))];
    }

    /// <summary>Whether anybody listens.</summary>
    internal bool IsEnabled => gauges.Exists(gauge => gauge.Enabled);

    /// <summary>A restore test ended: counts it, its phases and what was wrong.</summary>
    public void DrillEnded(DrillEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        TagList tags = new()
        {
            { "server", evidence.Server },
            { "method", Word(evidence.Method) },
            { "target_type", evidence.Target?.Kind ?? "none" },
        };
        foreach (var phase in evidence.Phases)
            durations.Record(phase.Seconds, [.. tags, new("phase", phase.Name)]);
        foreach (var check in evidence.Checks.Where(check => check.Result is Verdict.Failed))
            failures.Add(1, [.. tags, new("check", check.Name)]);
        tags.Add("result", Word(evidence.Verdict));
        runs.Add(1, tags);
    }

    /// <summary>What a server says of the slot that keeps its WAL for us.</summary>
    /// <param name="walStatus"><c>wal_status</c> of <c>pg_replication_slots</c>.</param>
    /// <param name="safeWalBytes">Its <c>safe_wal_size</c>; null: there is no limit.</param>
    public void SlotSeen(string server, string walStatus, long? safeWalBytes)
    {
        string[] labels = ["server", server];
        BackupSample status = new(BackupGauges.SlotStatus, Number(walStatus), labels);
        lock (gate)
        {
            slots[server] = (time.GetUtcNow(), safeWalBytes is { } safe
                ? [status, new(BackupGauges.SlotSafeBytes, safe, labels)]
                : [status]);
        }
    }

    /// <summary>Replaces what the gauges show.</summary>
    internal void Show(IEnumerable<BackupSample> samples)
    {
        var shown = samples
            .Append(new(BackupGauges.LastRead, time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, []))
            .ToLookup(sample => sample.Metric);
        lock (gate)
        {
            state = shown;
        }
    }

    private List<Measurement<double>> Observe(string metric)
    {
        lock (gate)
        {
            var since = time.GetUtcNow() - SlotLifetime;
            return slots.Values
                .Where(slot => slot.At >= since)
                .SelectMany(slot => slot.Samples)
                .Where(sample => sample.Metric == metric)
                .Concat(state[metric])
                .Select(sample => new Measurement<double>(sample.Value, Tags(sample.Labels)))
                .ToList();
        }
    }

    private static IEnumerable<KeyValuePair<string, object?>> Tags(IReadOnlyList<string> labels) =>
        labels.Chunk(2).Select(pair => new KeyValuePair<string, object?>(pair[0], pair[1]));

    private static double Number(string walStatus) => walStatus switch
    {
        "reserved" => 0,
        "extended" => 1,
        "unreserved" => 2,
        _ => 3,
    };

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
