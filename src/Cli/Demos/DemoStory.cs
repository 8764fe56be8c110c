using System.Text.Json.Nodes;

namespace RecoveryOS.Cli.Demos;

/// <summary>Four weeks of one made-up member: where the days start, where they end, and how far they vary.</summary>
/// <param name="Start">How hard the first day is, 0–1.</param>
/// <param name="End">How hard the last day is, 0–1.</param>
internal sealed record DemoStory(string Name, string Phone, string Country, string Timezone, double Start, double End)
{
    public const int Days = 28;

    public static IReadOnlyList<DemoStory> All { get; } =
    [
        new("steady", "+14165550101", "CA", "America/Toronto", 0.15, 0.15),
        new("better", "+12125550102", "US", "America/New_York", 0.75, 0.20),
        new("harder", "+12125550103", "US", "America/Chicago", 0.25, 0.95),
        new("uneven", "+14165550104", "CA", "America/Vancouver", 0.45, 0.50),
    ];

    public JsonObject Enrolment() => new()
    {
        ["display_code"] = $"demo-{Name}",
        ["timezone"] = Timezone,
        ["phone"] = Phone,
        ["country"] = Country,
        ["language"] = "en",
        ["reminder_time"] = "09:00",
    };

    /// <summary>The same days at each demo: the variation is drawn from the story's own name.</summary>
    public IEnumerable<JsonObject> CheckIns(Guid memberId)
    {
        var random = new Random(Name.Sum(letter => letter));
        for (var day = 0; day < Days; day++)
        {
            var strain = Start + ((End - Start) * day / (Days - 1)) + ((random.NextDouble() - 0.5) * 0.2);
            strain = Math.Clamp(strain, 0, 1);
            yield return new()
            {
                ["member_id"] = memberId,
                ["adherence"] = (int)(100 - (60 * strain)),
                ["mood_trend"] = (int)(4 - (12 * strain)),
                ["cravings"] = (int)(90 * strain),
                ["sleep_hours"] = Math.Round(8.5 - (5 * strain), 1),
                ["isolation"] = (int)(10 + (80 * strain)),
            };
        }
    }
}
