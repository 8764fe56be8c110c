using System.Text.Json;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Members;

/// <summary>A member to enrol.</summary>
/// <param name="DisplayCode">What the clinic calls the member, 1–64 characters; no name is asked for.</param>
/// <param name="Timezone">IANA.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Language">en, fr or es.</param>
/// <param name="ReminderTime">The local time of a daily prompt, or none.</param>
/// <param name="State">active, paused or discharged.</param>
public sealed record NewMember(
    string DisplayCode,
    string Timezone,
    PhoneNumber Phone,
    string Country,
    string Language,
    TimeOnly? ReminderTime,
    string State)
{
    public static Validated<NewMember> Read(JsonElement json)
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(json, errors);
        var member = new NewMember(
            fields.DisplayCode(),
            fields.Timezone(),
            fields.Phone(),
            fields.CountryCode(),
            fields.Language(),
            fields.OptionalTime("reminder_time"),
            fields.Has("state") ? fields.State() : "active");
        fields.RefuseUnknown();
        return Validated<NewMember>.From(member, errors);
    }
}
