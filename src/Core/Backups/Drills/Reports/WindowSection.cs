using RecoveryOS.Core.Backups.Restores.Plans;

namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>What could be restored in all when the test began, with the holes.</summary>
internal static class WindowSection
{
    public static Markup Of(DrillEvidence test) => Markup.Of($"""
        <section aria-labelledby="window">
        <h2 id="window">What can be restored</h2>
        {Content(test)}
        </section>
        """);

    private static Markup Content(DrillEvidence test) => test.Window switch
    {
        null => Markup.Of($"""<p class="soft">The recovery window could not be read.</p>"""),
        { Earliest: { } earliest, Latest: { } latest } window => Markup.Of($"""
            <figure>
            {WindowPicture.Of(window, earliest, latest, test.Reached?.At)}
            <figcaption>{Caption(window, earliest, latest)}</figcaption>
            </figure>
            {Holes(window)}
            """),
        var window => Markup.Of($"""
            <p><strong>Nothing</strong> could be restored, as of {Words.Moment(window.AsOf)}.</p>
            {Holes(window)}
            """),
    };

    private static string Caption(RecoveryWindow window, DateTimeOffset earliest, DateTimeOffset latest)
    {
        var moments = window.Holes.Count == 0 ? "Any moment" : "Any moment outside the holes";
        return $"{moments} from {Words.Moment(earliest)} to {Words.Moment(latest)}; as of {Words.Moment(window.AsOf)}. "
            + $"Proven until {Words.Moment(window.LastProven, "no moment yet")}. "
            + $"A restore to the end takes {Words.Span(window.PredictedRtoSeconds, "an unknown time")} by forecast.";
    }

    private static Markup Holes(RecoveryWindow window) => window.Holes.Count == 0
        ? Markup.Of($"""<p class="note">There is no hole in it.</p>""")
        : Markup.Of($"""
            <ul class="holes">
            {Markup.Of(window.Holes.Select(hole => Markup.Of(
                $"<li>{Span(hole)}: {hole.Reason}</li>\n")))}</ul>
            """);

    private static Markup Span(WindowHole hole) =>
        Markup.Of($"<strong>Hole</strong> {Words.Moment(hole.From)} to {Words.Moment(hole.To)}");
}
