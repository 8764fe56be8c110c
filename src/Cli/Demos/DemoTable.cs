using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace RecoveryOS.Cli.Demos;

/// <summary>The members' weeks side by side, a bar a day, and the alerts that they opened.</summary>
internal static class DemoTable
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const int Week = 7;

    public static string Render(IReadOnlyList<DemoResult> results, JsonArray alerts)
    {
        var text = new StringBuilder();
        text.AppendLine(
            Invariant($"{"member",-8} {"risk by day (▁ 0 … █ 100)",-28}  week 1   2   3   4  now        open alerts"));
        foreach (var result in results)
        {
            var own = alerts.OfType<JsonObject>()
                .Where(alert => alert["member_id"]?.GetValue<Guid>() == result.MemberId)
                .Select(alert => $"{alert["severity"]} {alert["kind"]}").ToList();
            text.Append(Invariant($"{result.Name,-8} {string.Concat(result.Scores.Select(Bar)),-28}  "));
            text.Append(Invariant($"{Mean(result, 0),6}{Mean(result, 1),4}{Mean(result, 2),4}{Mean(result, 3),4}  "));
            text.AppendLine(Invariant($"{result.Band,-9}  {(own.Count == 0 ? "none" : string.Join(", ", own))}"));
        }

        return text.ToString().TrimEnd();
    }

    private static char Bar(int? score) =>
        score is { } known ? Bars[Math.Min(known * Bars.Length / 100, Bars.Length - 1)] : '·';

    private static string Mean(DemoResult result, int week)
    {
        var scores = result.Scores.Skip(week * Week).Take(Week).OfType<int>().ToList();
        return scores.Count == 0 ? "-" : scores.Average().ToString("F0", CultureInfo.InvariantCulture);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
