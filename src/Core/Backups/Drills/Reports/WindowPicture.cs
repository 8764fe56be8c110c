using RecoveryOS.Core.Backups.Restores.Plans;

namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>The window as a line of time: full where it can be restored, hatched where it cannot.</summary>
internal static class WindowPicture
{
    private const double Width = 440;

    public static Markup Of(
        RecoveryWindow window, DateTimeOffset earliest, DateTimeOffset latest, DateTimeOffset? reached)
    {
        var line = new TimeLine(earliest, latest);
        var legend = window.Holes.Count > 0 ? "▲ base backup · hatched: a hole" : "▲ base backup";
        return Markup.Of($"""
            <svg viewBox="0 0 440 66" role="img" aria-labelledby="window-title">
            <title id="window-title">{Say(window, earliest, latest)}</title>
            <defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <path d="M0 0v5" stroke="var(--failed)" stroke-width="2.6" /></pattern></defs>
            {Markup.Of(window.Spans.Select(span => Span(line, span)))}
            {Markup.Of(window.Holes.Select(hole => Hole(line, hole)))}
            {Markup.Of(window.Spans.Select(span => Base(line, span)))}
            {Reached(line, reached)}
            <text x="0" y="63">{Words.ShortMoment(earliest)}</text>
            <text x="220" y="63" text-anchor="middle">{legend}</text>
            <text x="440" y="63" text-anchor="end">{Words.ShortMoment(latest)}</text>
            </svg>
            """);
    }

    private static string Say(RecoveryWindow window, DateTimeOffset earliest, DateTimeOffset latest) =>
        $"Line of time from {Words.Moment(earliest)} to {Words.Moment(latest)}: "
        + $"{Words.Count(window.Spans.Count, "base")} with WAL, {Words.Count(window.Holes.Count, "hole")}"
        + string.Concat(window.Holes.Select(hole => $"; hole {Words.Moment(hole.From)} to {Words.Moment(hole.To)}"));

    private static Markup Span(TimeLine line, WindowSpan span) => Markup.Of($"""
        <rect x="{line.X(span.From):0.##}" y="22" width="{line.Width(span.From, span.To):0.##}" height="16"
          fill="var(--accent)" />
        """);

    /// <summary>Paper first: under the hatching, nothing may look like a stretch that can be restored.</summary>
    private static Markup Hole(TimeLine line, WindowHole hole)
    {
        var (x, width) = (line.X(hole.From), line.Width(hole.From, hole.To));
        return Markup.Of($"""
            <rect x="{x:0.##}" y="22" width="{width:0.##}" height="16" fill="var(--paper)" />
            <rect x="{x:0.##}" y="22" width="{width:0.##}" height="16" fill="url(#hatch)" stroke="var(--failed)"
              stroke-width="0.8" />
            """);
    }

    private static Markup Base(TimeLine line, WindowSpan span) => Markup.Of($"""
        <path d="M{line.X(span.From):0.##} 41l-3.6 6.5h7.2z" fill="var(--ink)" />
        """);

    private static Markup Reached(TimeLine line, DateTimeOffset? reached)
    {
        if (reached is not { } at)
            return Markup.None;

        var x = line.X(at);
        var anchor = x switch { < 60 => "start", > Width - 60 => "end", _ => "middle" };
        return Markup.Of($"""
            <path d="M{x:0.##} 14v26" stroke="var(--ink)" stroke-width="1.8" />
            <text x="{x:0.##}" y="10" text-anchor="{anchor}" class="strong">restored by this test</text>
            """);
    }

    private sealed record TimeLine(DateTimeOffset From, DateTimeOffset To)
    {
        public double X(DateTimeOffset at) =>
            To <= From ? 0 : Math.Clamp((at - From) / (To - From), 0, 1) * WindowPicture.Width;

        /// <summary>Never so thin that a hole of a minute in a year is not seen.</summary>
        public double Width(DateTimeOffset from, DateTimeOffset to) => Math.Max(X(to) - X(from), 3);
    }
}
