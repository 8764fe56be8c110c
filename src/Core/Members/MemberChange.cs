using System.Text.Json;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Members;

/// <summary>What of a member is to change; null means that it stays.</summary>
/// <param name="ChangesReminder">Whether <paramref name="ReminderTime"/> is to be taken over, null included.</param>
public sealed record MemberChange(
    string? DisplayCode,
    string? Timezone,
    PhoneNumber? Phone,
    string? Country,
    string? Language,
    bool ChangesReminder,
    TimeOnly? ReminderTime,
    string? State)
{
    public static Validated<MemberChange> Read(JsonElement json)
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(json, errors);
        var change = new MemberChange(
            fields.Has("display_code") ? fields.DisplayCode() : null,
            fields.Has("timezone") ? fields.Timezone() : null,
            fields.Has("phone") ? fields.Phone() : null,
            fields.Has("country") ? fields.CountryCode() : null,
            fields.Has("language") ? fields.Language() : null,
            fields.Has("reminder_time"),
            fields.OptionalTime("reminder_time"),
            fields.Has("state") ? fields.State() : null);
        fields.RefuseUnknown();
        fields.RefuseEmpty();
        return Validated<MemberChange>.From(change, errors);
    }
}
