namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>One measure over the last tests as a small line, oldest left; today's is named.</summary>
internal static class HistoryChart
{
    private const double Left = 4;
    private const double Right = 350;
    private const double Top = 10;
    private const double Bottom = 52;

    // A target far above what is measured would press the line flat on the ground.
    private const double LogarithmicFrom = 6;

    public static Markup Of(string name, IReadOnlyList<HistoryPoint> points)
    {
        var scale = Scale.Of(points);
        var last = points[^1];
        var id = $"history-{name.ToLowerInvariant()}";
        var said = $"{string.Join(", ", points.Select(Say))}; target {Words.Span(last.TargetSeconds)}";
        var signs = Markup.Of(points.Select((point, index) => Sign(point, X(index, points.Count), scale)));
        return Markup.Of($"""
            <figure>
            <svg viewBox="0 0 440 60" role="img" aria-labelledby="{id}">
            <title id="{id}">{name} of the last tests, oldest first: {said}</title>
            <path d="M{Left} {Bottom}H{Right}" stroke="var(--line)" />
            {Target(points, scale)}{Line(points, scale)}{signs}
            <text x="362" y="18">{name}{(scale.IsLogarithmic ? ", log scale" : "")}</text>
            <text x="362" y="34" class="strong">{Words.Span(last.Seconds, Words.NotMeasured)}</text>
            <text x="362" y="49">of {Words.Span(last.TargetSeconds)}</text>
            </svg>
            </figure>
            """);
    }

    private static string Say(HistoryPoint point) =>
        $"{Words.Span(point.Seconds, Words.NotMeasured)} ({Words.Of(point.Verdict).ToLowerInvariant()})";

    private static double X(int index, int count) =>
        count == 1 ? Right - 6 : Left + 4 + (index * (Right - Left - 10) / (count - 1));

    /// <summary>In steps: a target holds from the test on that was first judged by it.</summary>
    private static Markup Target(IReadOnlyList<HistoryPoint> points, Scale scale)
    {
        var steps = points.Select((point, index) =>
        {
            var end = index == points.Count - 1 ? Right : X(index, points.Count);
            return Markup.Of($"V{scale.Y(point.TargetSeconds):0.#}H{end:0.#}");
        });
        return Markup.Of($"""
            <path d="M{Left} {scale.Y(points[0].TargetSeconds):0.#}{Markup.Of(steps)}" fill="none"
              stroke="var(--ink)" stroke-width="1" stroke-dasharray="4 3" />
            """);
    }

    private static Markup Line(IReadOnlyList<HistoryPoint> points, Scale scale)
    {
        List<Markup> path = [];
        var pen = "M";
        foreach (var (index, point) in points.Index())
        {
            if (point.Seconds is { } seconds)
                path.Add(Markup.Of($"{pen}{X(index, points.Count):0.#} {scale.Y(seconds):0.#}"));
            pen = point.Seconds is null ? "M" : "L";
        }

        return path.Count == 0 ? Markup.None : Markup.Of($"""
            <path d="{Markup.Of(path)}" fill="none" stroke="var(--accent)" stroke-width="1.6" stroke-linejoin="round" />
            """);
    }

    private static Markup Sign(HistoryPoint point, double x, Scale scale)
    {
        // What was not measured stands on the ground line.
        var y = point.Seconds is { } seconds ? scale.Y(seconds) : Bottom;
        return point.Verdict switch
        {
            Verdict.Passed => Markup.Of($"""<circle cx="{x:0.#}" cy="{y:0.#}" r="2.6" fill="var(--accent)" />"""),
            Verdict.Failed => Markup.Of($"""
                <path d="M{x - 3.4:0.#} {y - 3.4:0.#}l6.8 6.8m0-6.8l-6.8 6.8" stroke="var(--failed)" stroke-width="2" />
                """),
            _ => Markup.Of($"""
                <circle cx="{x:0.#}" cy="{y:0.#}" r="3.2" fill="var(--paper)"
                  stroke="var(--inconclusive)" stroke-width="1.6" />
                """),
        };
    }

    private sealed record Scale(double Lowest, double Highest, bool IsLogarithmic)
    {
        public static Scale Of(IReadOnlyList<HistoryPoint> points)
        {
            var measured = points.Where(point => point.Seconds > 0).Select(point => point.Seconds ?? 0).ToList();
            var target = points.Max(point => point.TargetSeconds);
            var isLogarithmic = measured.Count > 0 && target / measured.Max() > LogarithmicFrom;
            var lowest = isLogarithmic ? measured.Min() / 2 : 0;
            return new Scale(lowest, Math.Max(target, measured.DefaultIfEmpty(0).Max()), isLogarithmic);
        }

        public double Y(double seconds)
        {
            if (Highest <= Lowest)
                return Bottom;

            var share = IsLogarithmic
                ? Math.Log(Math.Max(seconds, Lowest) / Lowest) / Math.Log(Highest / Lowest)
                : seconds / Highest;
            return Bottom - (share * (Bottom - Top));
        }
    }
}
