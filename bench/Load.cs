using System.Globalization;
using System.Text.Json;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Bench;

/// <summary>What a load driver saw. pgbench gives no percentiles; its p50 is the mean, the others are null.</summary>
/// <param name="Errors">Refused, broken, timed out, or answered with 4xx or 5xx.</param>
internal sealed record Load(long Requests, double Seconds, double P50Ms, double? P95Ms, double? P99Ms, long Errors)
{
    public double PerSecond => Requests / Seconds;

    /// <summary>
    /// One thread of wrk: it needs a fraction of what the service needs, so it is never the bottleneck.
    /// </summary>
    public static async Task<Load> ByWrkAsync(
        string url, string script, int connections, int seconds, IEnumerable<string> arguments,
        CancellationToken cancellationToken)
    {
        var result = await ExternalCommand.RunAsync(
            [
                "wrk", "-t1", Invariant($"-c{connections}"), Invariant($"-d{seconds}s"), "--timeout", "10s",
                "-s", script, url, "--", .. arguments,
            ],
            cancellationToken);
        var line = result.Output.Split('\n').FirstOrDefault(line => line.StartsWith('{'));
        return line is not null && JsonSerializer.Deserialize(line, BenchJson.Default.Load) is { } load
            ? load
            : throw new InvalidOperationException($"wrk gave no figures: {result.Reason}");
    }

    /// <summary>The middle round by throughput, with the errors of all.</summary>
    public static Load Median(IReadOnlyList<Load> rounds) =>
        rounds.OrderBy(round => round.PerSecond).ElementAt(rounds.Count / 2) with
        {
            Errors = rounds.Sum(round => round.Errors),
        };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
