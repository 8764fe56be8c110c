using System.Globalization;
using System.Text;

namespace RecoveryOS.Bench.CheckIns;

/// <summary>What <c>bench check-ins</c> found. Ratios are of medians over rounds taken in turn.</summary>
/// <param name="Pgbench">(a) the same statement by pgbench.</param>
/// <param name="Service">(b) the service over HTTP.</param>
/// <param name="BareEndpoint">(c) one INSERT over HTTP.</param>
/// <param name="RoundTripsPerCheckIn">
/// Statements that the service sent, by pg_stat_statements, over rows written.
/// </param>
internal sealed record CheckInFigures(
    int Connections,
    Load Pgbench,
    Load Service,
    Load BareEndpoint,
    double RatioToPgbench,
    double RatioToBareEndpoint,
    double StartupMs,
    double BareStartupMs,
    double StartupRatio,
    long Errors,
    double RoundTripsPerCheckIn,
    double BytesAllocatedPerCheckIn,
    double HistoryRatio)
{
    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine(Invariant($"{"",-28}{"per s",9}{"p50 ms",9}{"p95 ms",9}{"p99 ms",9}{"errors",8}"));
        Row("(a) pgbench, same SQL", Pgbench);
        Row("(b) the service", Service);
        Row("(c) bare endpoint, 1 INSERT", BareEndpoint);
        text.AppendLine();
        Target("(b) / (a)", RatioToPgbench, ">= 0.5", RatioToPgbench >= 0.5);
        Target("(b) / (c)", RatioToBareEndpoint, ">= 0.8", RatioToBareEndpoint >= 0.8);
        Target("(d) start-up / bare", StartupRatio, "<= 2", StartupRatio <= 2);
        Target("round trips per check-in", RoundTripsPerCheckIn, "= 1", RoundTripsPerCheckIn == 1);
        Target("20,000 check-ins / 10", HistoryRatio, "<= 1.1", HistoryRatio <= 1.1);
        Target("errors", Errors, "= 0", Errors == 0);
        text.AppendLine(Invariant($"{"bytes allocated per check-in",-28}{BytesAllocatedPerCheckIn,9:F0}"));
        text.Append(Invariant($"{"start-up ms (bare)",-28}{StartupMs,9:F0} ({BareStartupMs:F0})"));
        return text.ToString();

        void Row(string name, Load load) => text.AppendLine(Invariant(
            $"{name,-28}{load.PerSecond,9:F0}{load.P50Ms,9:F2}{load.P95Ms,9:F2}{load.P99Ms,9:F2}{load.Errors,8}"));

        void Target(string name, double value, string target, bool met) =>
            text.AppendLine(Invariant($"{name,-28}{value,9:F3}   target {target,-7} {(met ? "met" : "MISSED")}"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
