using System.Text.Json.Nodes;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>Bodies that the service accepts, for tests to change.</summary>
internal static class Sample
{
    public static JsonObject Member(string country = "CA", string language = "en") => new()
    {
        ["display_code"] = "River 7",
        ["timezone"] = "America/Toronto",
        ["phone"] = "+15555550123",
        ["country"] = country,
        ["language"] = language,
        ["reminder_time"] = "09:30",
    };

    /// <summary>The contract's example: 49 points.</summary>
    public static JsonObject CheckIn(Guid member) => CheckIn(member, 80, -2, 30, 6, 40);

    public static JsonObject CheckIn(
        Guid member, int adherence, int moodTrend, int cravings, decimal sleepHours, int isolation) => new()
        {
            ["member_id"] = member,
            ["adherence"] = adherence,
            ["mood_trend"] = moodTrend,
            ["cravings"] = cravings,
            ["sleep_hours"] = sleepHours,
            ["isolation"] = isolation,
        };

    /// <summary>
    /// Answers that give exactly this many points, 0–75: up to 50 by isolation, the rest by adherence.
    /// </summary>
    public static JsonObject CheckInOf(Guid member, int points) =>
        CheckIn(member, 100 - (4 * Math.Max(0, points - 50)), 0, 0, 8, 2 * Math.Min(50, points));

    public static JsonObject Consent(Guid member, params string[] scopes) => new()
    {
        ["member_id"] = member,
        ["grantee_type"] = "clinician",
        ["scopes"] = new JsonArray([.. scopes.Select(scope => JsonValue.Create(scope))]),
        ["terms_version"] = "2026-01",
    };

    public static JsonObject Message(Guid member, string template = "please_call") => new()
    {
        ["member_id"] = member,
        ["template"] = template,
    };

    /// <summary>Tomorrow at half past one in the afternoon.</summary>
    public static JsonObject Appointment(Guid member, string template = "appointment_reminder") =>
        Message(member, template).With("variables", new JsonObject
        {
            ["date"] = DateTime.UtcNow.AddDays(1).ToString(
                "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["time"] = "13:30",
        });

    public static JsonArray OnCall(params string[] phones) =>
        new(
            [.. phones.Select(
                (phone, index) => new JsonObject { ["name"] = $"Contact {index + 1}", ["phone"] = phone })]);

    public static JsonObject With(this JsonObject body, string member, JsonNode? value)
    {
        body[member] = value;
        return body;
    }

    public static JsonObject Without(this JsonObject body, string member)
    {
        body.Remove(member);
        return body;
    }

    /// <summary>The body's text with one member's value as it stands, JSON or not.</summary>
    public static string WithRaw(this JsonObject body, string member, string value)
    {
        const string Mark = "\"…here…\"";
        body[member] = "…here…";
        var text = body.ToJsonString(
            new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        return text.Replace(Mark, value, StringComparison.Ordinal);
    }
}
