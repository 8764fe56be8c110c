using RecoveryOS.Core.Backups.Drills.Evidence;

namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>
/// A restore test as one page of HTML that an auditor can read and print: no script, nothing fetched from elsewhere.
/// </summary>
public static class DrillReport
{
    private static readonly Markup Style = new(StyleSheet.Text);

    /// <param name="evidence">As it was signed: the report says what the signed bytes say.</param>
    /// <param name="history">
    /// Earlier tests of the server by the same method, oldest first; the newest 20 are drawn.
    /// </param>
    public static string Render(SignedEvidence evidence, IReadOnlyList<DrillSummary> history)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(history);
        var test = evidence.Read();
        return Page(test, Markup.Of($"""
            {Head(test)}
            <main>
            {VerdictSection.Of(test)}
            {ObjectiveSection.Of(test)}
            <div class="pair">
            {SubjectSection.Of(test)}
            {PhaseSection.Of(test)}
            </div>
            {CheckSection.Of(test)}
            <div class="pair">
            {HistorySection.Of(test, history)}
            {WindowSection.Of(test)}
            </div>
            {ControlSection.Of(test)}
            <div class="pair">
            {SignOffSection.Of(test)}
            {SealSection.Of(evidence, test)}
            </div>
            </main>
            """));
    }

    private static Markup Head(DrillEvidence test) => Markup.Of($"""
        <header>
        <p class="brand">RecoveryOS <span>Restore test report</span></p>
        <p class="id">Test <code>{test.TestId.ToString()}</code></p>
        </header>
        """);

    private static string Page(DrillEvidence test, Markup body) => Markup.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>{Words.Of(test.Verdict)}: restore test of {test.Server}, {Words.Moment(test.FinishedAt)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        {body}
        </body>
        </html>

        """).Value;
}
