using System.Globalization;
using System.Text.Json;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.CheckIns;

/// <summary>A check-in as it is sent.</summary>
/// <param name="Notes">Free text of at most 500 characters; redacted before it is stored.</param>
public sealed record NewCheckIn(Guid MemberId, Answers Answers, string? Notes)
{
    public const int NotesLimit = 500;

    public static Validated<NewCheckIn> Read(JsonElement json)
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(json, errors);
        var checkIn = new NewCheckIn(
            fields.Uuid("member_id"),
            new(
                fields.WholeNumber("adherence", 0, 100),
                fields.WholeNumber("mood_trend", -10, 10),
                fields.WholeNumber("cravings", 0, 100),
                fields.Tenths("sleep_hours", 0, 24),
                fields.WholeNumber("isolation", 0, 100)),
            fields.OptionalText("notes", NotesLimit));
        fields.RefuseUnknown();
        return Validated<NewCheckIn>.From(checkIn, errors);
    }

    /// <summary>The content in one form, whatever the order and spacing of the JSON that carried it.</summary>
    internal string Canonical() => string.Create(
        CultureInfo.InvariantCulture,
        $"{MemberId}|{Answers.Adherence}|{Answers.MoodTrend}|{Answers.Cravings}|{Answers.SleepTenths}|"
        + $"{Answers.Isolation}{(Notes is null ? "" : "|")}{Notes}");
}
