namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>RPO and RTO over the last tests, each with its target.</summary>
internal static class HistorySection
{
    private const int Most = 20;

    public static Markup Of(DrillEvidence test, IReadOnlyList<DrillSummary> history)
    {
        var tests = history.Where(earlier => earlier.Id != test.TestId)
            .OrderBy(earlier => earlier.At)
            .Append(DrillSummary.Of(test))
            .TakeLast(Most)
            .ToList();
        return Markup.Of($"""
            <section aria-labelledby="history">
            <h2 id="history">{Heading(tests.Count)}</h2>
            {HistoryChart.Of("RPO", tests.ConvertAll(Rpo))}
            {HistoryChart.Of("RTO", tests.ConvertAll(Rto))}
            {Caption(tests)}
            </section>
            """);
    }

    private static HistoryPoint Rpo(DrillSummary test) => new(test.Verdict, test.RpoSeconds, test.RpoTargetSeconds);

    private static HistoryPoint Rto(DrillSummary test) => new(test.Verdict, test.RtoSeconds, test.RtoTargetSeconds);

    private static string Heading(int count) => count == 1 ? "The first test" : $"The last {count} tests";

    private static Markup Caption(List<DrillSummary> tests)
    {
        if (tests.Count == 1)
            return Markup.Of($"""<p class="note">There is no earlier test of this server to compare with.</p>""");

        var passed = tests.Count(test => test.Verdict is Verdict.Passed);
        return Markup.Of(
            $"""<p class="note">{passed} of {tests.Count} passed: """
            + $"""● passed, × failed, ○ inconclusive; dashes: the target.</p>""");
    }
}

/// <param name="Seconds">Null where it was not measured: the line has a gap there.</param>
internal sealed record HistoryPoint(Verdict Verdict, double? Seconds, double TargetSeconds);
