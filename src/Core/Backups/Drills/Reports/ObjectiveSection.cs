namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>Targets against actuals: how much would be lost, how long it would take.</summary>
internal static class ObjectiveSection
{
    private const double Width = 440;

    public static Markup Of(DrillEvidence test) => Markup.Of($"""
        <section class="pair" aria-label="Objectives">
        {Measure("rpo", "Data that would be lost (RPO)", test.Rpo, LostNote(test))}
        {Measure("rto", "Time until service is back (RTO)", test.Rto, "from first byte to first query")}
        </section>
        """);

    private static string LostNote(DrillEvidence test) => test.LostHeartbeats switch
    {
        null => "lost heartbeats not measured",
        1 => "1 heartbeat lost",
        var lost => $"{Words.Count(lost.Value)} heartbeats lost",
    };

    private static Markup Measure(string id, string title, Objective objective, string note)
    {
        var (tone, word) = objective.ActualSeconds switch
        {
            null => (Verdict.Inconclusive, "not measured"),
            { } seconds when seconds <= objective.TargetSeconds => (Verdict.Passed, "within the target"),
            _ => (Verdict.Failed, "over the target"),
        };
        var actual = Markup.Of($"""<span class="big">{Words.Span(objective.ActualSeconds, "–")}</span>""");
        var forecast = Words.Span(objective.ForecastSeconds, "none yet");
        return Markup.Of($"""
            <div class="measure {VerdictSection.Tone(tone)}">
            <h2>{title}</h2>
            <p class="row">{actual} <span class="result">{VerdictSection.Sign(tone)}{word}</span></p>
            {Bar(id, title, objective)}
            <p class="note">Target {Words.Span(objective.TargetSeconds)} · forecast {forecast} · {note}</p>
            </div>
            """);
    }

    /// <summary>The actual as a bar, the target as a line across it, the forecast as a diamond.</summary>
    private static Markup Bar(string id, string title, Objective objective)
    {
        var largest = Math.Max(objective.ActualSeconds ?? 0, objective.ForecastSeconds ?? 0);
        var scale = Width / Math.Max(Math.Max(largest * 1.05, objective.TargetSeconds * 1.25), 0.001);
        var target = objective.TargetSeconds * scale;
        var actual = objective.ActualSeconds is { } seconds ? Math.Max(seconds * scale, 2) : 0;
        var forecast = objective.ForecastSeconds is { } expected
            ? Markup.Of($"""
                <path d="M{expected * scale:0.#} 9l5 6-5 6-5-6z" fill="var(--card)" stroke="var(--ink)"
                  stroke-width="1.4" />
                """)
            : Markup.None;
        var said = $"{title}: {Words.Span(objective.ActualSeconds, Words.NotMeasured)}; "
            + $"target {Words.Span(objective.TargetSeconds)}, "
            + $"forecast {Words.Span(objective.ForecastSeconds, "none yet")}";
        return Markup.Of($"""
            <svg viewBox="0 0 440 24" role="img" aria-labelledby="{id}-title">
            <title id="{id}-title">{said}</title>
            <rect x="0" y="10" width="440" height="10" rx="2" fill="var(--fill)" />
            <rect x="0" y="10" width="{actual:0.#}" height="10" rx="2" fill="var(--tone)" />
            <path d="M{target:0.#} 4v20" stroke="var(--ink)" stroke-width="2" />
            {forecast}
            </svg>
            """);
    }
}
