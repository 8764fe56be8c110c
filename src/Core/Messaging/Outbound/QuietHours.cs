namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>
/// When a member may be texted without having written first: 08:00–21:00 on the member's own clock. A text that comes
/// outside waits for the morning; it is never dropped. Pure.
/// </summary>
public static class QuietHours
{
    private static readonly TimeOnly Opening = new(8, 0);
    private static readonly TimeOnly Closing = new(21, 0);

    /// <summary>
    /// Whether a text of the class minds the hour at all: nobody waits until the morning for help or an answer.
    /// </summary>
    public static bool BindClass(TextClass textClass) => textClass is TextClass.Message or TextClass.Reminder;

    /// <summary>The instant itself where it is within the hours, else the next opening after it.</summary>
    public static DateTimeOffset EarliestFrom(DateTimeOffset instant, TimeZoneInfo zone)
    {
        while (true)
        {
            var local = TimeZoneInfo.ConvertTime(instant, zone).DateTime;
            if (IsOpen(local))
            {
                return instant;
            }

            var day = TimeOnly.FromDateTime(local) < Opening ? local.Date : local.Date.AddDays(1);
            instant = InstantOf(day + Opening.ToTimeSpan(), zone);
        }
    }

    private static bool IsOpen(DateTime local) =>
        TimeOnly.FromDateTime(local) is var time && time >= Opening && time < Closing;

    // A clock that is set forward over the opening opens when it comes to itself; of two openings on a day on which it
    // is set back over it, the first counts, and the loop above looks at the hours again.
    private static DateTimeOffset InstantOf(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
