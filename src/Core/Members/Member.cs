namespace RecoveryOS.Core.Members;

/// <summary>A member as it is answered: the phone number shows its last four digits only.</summary>
/// <param name="ReminderTime">HH:MM, local.</param>
public sealed record Member(
    Guid Id,
    string DisplayCode,
    string Timezone,
    string PhoneLast4,
    string Country,
    string Language,
    string? ReminderTime,
    string State,
    DateTime CreatedAt,
    DateTime UpdatedAt);
