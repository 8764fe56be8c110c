namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>Where the time went: a bar of the phases, numbered as in the table below it.</summary>
internal static class PhaseSection
{
    private const double Width = 440;

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
            {Segments(test.Phases, total)}{RtoBrackets(test, total)}
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

    /// <summary>Over the phases that count: the others are the test's own work, between them and after them.</summary>
    private static Markup RtoBrackets(DrillEvidence test, double total)
    {
        if (total <= 0 || test.Rto.ActualSeconds is not { } rto)
            return Markup.None;

        var (scale, x, begin) = (Width / total, 0.0, (double?)null);
        List<Markup> brackets = [Markup.Of($"""<text x="0" y="9">counts for the RTO: {Words.Span(rto)}</text>""")];
        foreach (var phase in test.Phases)
        {
            var counts = Objectives.Counts(test.Method, phase.Name);
            if (begin is { } from && !counts)
                brackets.Add(Bracket(from, x));
            begin = counts ? begin ?? x : null;
            x += phase.Seconds * scale;
        }

        if (begin is { } open)
            brackets.Add(Bracket(open, x));
        return Markup.Of(brackets);
    }

    private static Markup Bracket(double from, double to) => Markup.Of($"""
        <path d="M{from + 0.5:0.##} 18v-5h{Math.Max(to - from - 1, 1):0.##}v5" fill="none" stroke="var(--soft)" />
        """);

    private static Markup Row(DrillPhase phase, int index, double total) => Markup.Of($"""
        <tr><th scope="row"><span class="swatch">{index + 1}</span> {Words.Title(phase.Name)}</th>
        <td class="number">{Words.Span(phase.Seconds)}</td>
        <td class="number">{(total > 0 ? phase.Seconds / total * 100 : 0):0} %</td>
        <td class="number">{(phase.Bytes is { } bytes ? Words.Size(bytes) : "–")}</td></tr>

        """);
}
