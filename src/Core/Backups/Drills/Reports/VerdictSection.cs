namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>What came of the test, in words, with the reasons.</summary>
internal static class VerdictSection
{
    public static Markup Of(DrillEvidence test) => Markup.Of($"""
        <section class="verdict {Tone(test.Verdict)}" aria-label="Verdict">
        {Sign(test.Verdict)}
        <h1>{Words.Of(test.Verdict)}: {test.Server}</h1>
        <p class="say">{Sentence(test)}</p>
        <p class="when">{Words.Moment(test.FinishedAt)} · asked for by {test.RequestedBy}</p>
        {Reasons(test)}
        </section>
        """);

    /// <summary>The word that carries the colour.</summary>
    public static string Tone(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "passed",
        Verdict.Failed => "failed",
        _ => "inconclusive",
    };

    /// <summary>A tick, a cross, a question mark: shapes, which grey paper shows too.</summary>
    public static Markup Sign(Verdict verdict)
    {
        var shape = verdict switch
        {
            Verdict.Passed => Markup.Of($"""<path d="M7 12.5l3.4 3.5L17 8.6" />"""),
            Verdict.Failed => Markup.Of($"""<path d="M8 8l8 8M16 8l-8 8" />"""),
            _ => Markup.Of($"""<path d="M9 9.4a3 3 0 1 1 4.4 2.7c-1 .5-1.4 1-1.4 2" /><path d="M12 17v.1" />"""),
        };
        return Markup.Of($"""
            <svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="var(--tone)" stroke-width="2"
              stroke-linecap="round" stroke-linejoin="round"><circle cx="12" cy="12" r="10.6"
              stroke-width="1.6" />{shape}</svg>
            """);
    }

    private static string Sentence(DrillEvidence test)
    {
        var checks = test.Checks.Count;
        var wrong = test.Checks.Count(check => check.Result is Verdict.Failed);
        var unseen = test.Checks.Count(check => check.Result is Verdict.Inconclusive);
        return test.Verdict switch
        {
            Verdict.Passed => $"The backup was restored for this test and looked at in {Words.Count(checks, "way")}; "
                + "everything was right.",
            Verdict.Failed when wrong > 0 =>
                $"The backup cannot be relied on as it is: {wrong} of {Words.Count(checks, "check")} "
                + "found something wrong"
                + (unseen > 0 ? $", and {unseen} could not be made." : "."),
            Verdict.Failed => "The backup cannot be relied on as it is: this test found something wrong.",
            _ when unseen > 0 => $"This test proves nothing, and does not count as passed: {unseen} of "
                + $"{Words.Count(checks, "check")} could not be made.",
            _ => "This test proves nothing, and does not count as passed.",
        };
    }

    private static Markup Reasons(DrillEvidence test) => test.Reasons.Count == 0 ? Markup.None : Markup.Of($"""
        <ul class="reasons">
        {Markup.Of(test.Reasons.Select(reason => Markup.Of($"<li>{reason}</li>\n")))}</ul>
        """);
}
