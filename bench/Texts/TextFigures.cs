using System.Globalization;
using System.Text;

namespace RecoveryOS.Bench.Texts;

/// <summary>What <c>bench texts</c> found.</summary>
/// <param name="Rate">Texts a second.</param>
/// <param name="Errors">Of the service: texts that were not answered, and check-ins lost or doubled.</param>
/// <param name="CheckInsSent">How many check-ins the texts amounted to.</param>
/// <param name="RatioToBareEndpoint">The service's p95 over the bare endpoint's; 1 would be no cost at all.</param>
internal sealed record TextFigures(
    int Rate,
    int Seconds,
    double P50Ms,
    double P95Ms,
    double P99Ms,
    double MaxMs,
    long Errors,
    long CheckInsSent,
    long CheckInsRecorded,
    double RatioToBareEndpoint,
    Latencies BareEndpoint)
{
    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine(Invariant($"{"",-28}{"p50 ms",9}{"p95 ms",9}{"p99 ms",9}{"max ms",9}{"errors",8}"));
        Row(Invariant($"the service, {Rate} texts/s"), P50Ms, P95Ms, P99Ms, MaxMs, Errors);
        var bare = BareEndpoint;
        Row("bare endpoint, 1 INSERT", bare.P50Ms, bare.P95Ms, bare.P99Ms, bare.MaxMs, bare.Errors);
        text.AppendLine();
        Target("p95 ms", P95Ms, "< 300", P95Ms < 300);
        Target("p99 ms", P99Ms, "< 2000", P99Ms < 2000);
        Target("errors", Errors, "= 0", Errors == 0);
        text.AppendLine(Invariant($"{"p95 / bare p95",-28}{RatioToBareEndpoint,9:F2}"));
        text.Append(Invariant($"{"check-ins recorded / sent",-28}{CheckInsRecorded,9} / {CheckInsSent}"));
        return text.ToString();

        void Row(string name, double p50, double p95, double p99, double max, long errors) =>
            text.AppendLine(Invariant($"{name,-28}{p50,9:F2}{p95,9:F2}{p99,9:F2}{max,9:F2}{errors,8}"));

        void Target(string name, double value, string target, bool met) =>
            text.AppendLine(Invariant($"{name,-28}{value,9:F2}   target {target,-7} {(met ? "met" : "MISSED")}"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
