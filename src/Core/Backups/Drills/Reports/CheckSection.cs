namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>Each check with what it saw.</summary>
internal static class CheckSection
{
    public static Markup Of(DrillEvidence test) => Markup.Of($"""
        <section aria-labelledby="checks">
        <h2 id="checks">What was checked <span class="note">{Summary(test.Checks)}</span></h2>
        {(test.Checks.Count == 0 ? Markup.None : Table(test.Checks))}
        </section>
        """);

    /// <summary>What was looked at was right or wrong; what was not is neither.</summary>
    public static string Word(Verdict result) => result switch
    {
        Verdict.Passed => "Right",
        Verdict.Failed => "Wrong",
        _ => "Not seen",
    };

    private static Markup Table(IReadOnlyList<DrillCheck> checks) => Markup.Of($"""
        <table>
        <thead><tr><th scope="col" class="ordinal">No.</th><th scope="col">Check</th><th scope="col">Result</th>
        <th scope="col">What was seen</th><th scope="col" class="number">Time</th></tr></thead>
        <tbody>
        {Markup.Of(checks.Select(Row))}</tbody>
        </table>
        """);

    private static string Summary(IReadOnlyList<DrillCheck> checks) => checks.Count == 0
        ? "no check was made"
        : string.Join(
            ", ",
            from verdict in new[] { Verdict.Passed, Verdict.Failed, Verdict.Inconclusive }
            let count = checks.Count(check => check.Result == verdict)
            where count > 0 || verdict is Verdict.Passed
            select verdict switch
            {
                Verdict.Passed => $"{count} of {Words.Count(checks.Count, "check")} right",
                Verdict.Failed => $"{count} wrong",
                _ => $"{count} could not be looked at",
            });

    private static string Time(DrillCheck check) =>
        check is { Result: Verdict.Inconclusive, Seconds: 0 } ? "–" : Words.Span(check.Seconds);

    private static Markup Row(DrillCheck check, int index) => Markup.Of($"""
        <tr class="{VerdictSection.Tone(check.Result)}"><td class="ordinal">{index + 1}</td>
        <th scope="row">{Words.Title(check.Name)}</th>
        <td class="result">{VerdictSection.Sign(check.Result)}{Word(check.Result)}</td>
        <td>{check.Detail}</td><td class="number">{Time(check)}</td></tr>

        """);
}
