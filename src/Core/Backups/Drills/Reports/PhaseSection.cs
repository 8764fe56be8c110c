namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>Where the time went: a bar of the phases, numbered as in the table below it.</summary>
internal static class PhaseSection
{
    private const double Width = 440;
    private const string LastOfRto = "first_query";

    // Neighbours differ on grey paper too.
    private static readonly double[] Shades = [0.92, 0.55, 0.75, 0.4];

    public static Markup Of(DrillEvidence test) => Markup.Of($"""
        <section aria-labelledby="phases">
        <h2 id="phases">Where the time went</h2>
        {Content(test)}
        </section>
        """);

    private static Markup Content(DrillEvidence test) => test.Phases.Count == 0
        ? Markup.Of($"""<p class="soft">The test ended before its first phase.</p>""")
        : Figure(test);

    private static Markup Figure(DrillEvidence test)
    {
        var total = test.Phases.Sum(phase => phase.Seconds);
        var said = string.Join(
            ", ", test.Phases.Select(phase => $"{Words.Title(phase.Name)} {Words.Span(phase.Seconds)}"));
        return Markup.Of($"""
            <figure>
            <svg viewBox="0 0 440 50" role="img" aria-labelledby="phases-title">
            <title id="phases-title">The phases of the test, {Words.Span(total)} in all: {said}</title>
            {Segments(test.Phases, total)}{RtoBracket(test, total)}
            </svg>
            <table>
            <thead><tr><th scope="col">Phase</th><th scope="col" class="number">Time</th>
            <th scope="col" class="number">Share</th><th scope="col" class="number">Data</th></tr></thead>
            <tbody>
            {Markup.Of(test.Phases.Select((phase, index) => Row(phase, index, total)))}</tbody>
            </table>
            </figure>
            """);
    }

    private static Markup Segments(IReadOnlyList<DrillPhase> phases, double total)
    {
        var scale = total > 0 ? Width / total : 0;
        var x = 0.0;
        List<Markup> segments = [];
        foreach (var (index, phase) in phases.Index())
        {
            var width = phase.Seconds * scale;
            var number = width >= 14
                ? Markup.Of($"""
                    <text x="{x + (width / 2):0.##}" y="37" text-anchor="middle" class="strong">{index + 1}</text>
                    """)
                : Markup.None;
            segments.Add(Markup.Of($"""
                <rect x="{x:0.##}" y="22" width="{Math.Max(width, 0.5):0.##}" height="22" fill="var(--accent)"
                  fill-opacity="{Shades[index % Shades.Length] * 0.55:0.###}" stroke="var(--paper)"
                  stroke-width="1" />{number}
                """));
            x += width;
        }

        return Markup.Of(segments);
    }

    /// <summary>The phases that count: what comes after the first answered query is the test's own work.</summary>
    private static Markup RtoBracket(DrillEvidence test, double total)
    {
        var last = test.Phases.ToList().FindLastIndex(phase => phase.Name is LastOfRto);
        if (last < 0 || total <= 0 || test.Rto.ActualSeconds is not { } rto)
            return Markup.None;

        var end = test.Phases.Take(last + 1).Sum(phase => phase.Seconds) / total * Width;
        return Markup.Of($"""
            <path d="M0.5 18v-5h{Math.Max(end - 1, 1):0.##}v5" fill="none" stroke="var(--soft)" />
            <text x="0" y="9">counts for the RTO: {Words.Span(rto)}</text>
            """);
    }

    private static Markup Row(DrillPhase phase, int index, double total) => Markup.Of($"""
        <tr><th scope="row"><span class="swatch">{index + 1}</span> {Words.Title(phase.Name)}</th>
        <td class="number">{Words.Span(phase.Seconds)}</td>
        <td class="number">{(total > 0 ? phase.Seconds / total * 100 : 0):0} %</td>
        <td class="number">{(phase.Bytes is { } bytes ? Words.Size(bytes) : "–")}</td></tr>

        """);
}
