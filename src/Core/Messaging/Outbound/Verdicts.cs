namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>Whether a text may go. Pure: all that it looks at was read together.</summary>
internal static class Verdicts
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <summary>Null: nothing speaks against it.</summary>
    public static Verdict? Against(DueText text) => text switch
    {
        { OptOut: "stopped" } => new Verdict.Drop("suppressed", "opted_out"),
        { AlertStatus: not (null or "open") } => new Verdict.Drop("canceled", "alert_closed"),
        { MemberState: "discharged" } => new Verdict.Drop("canceled", "member_discharged"),
        { MemberState: "paused", Class: TextClass.Reminder } => new Verdict.Drop("canceled", "member_paused"),
        { ExpiresAt: { } end } when end <= text.Now => new Verdict.Drop("expired", "too_late"),
        { OptOut: "paused" } when QuietHours.BindClass(text.Class) => Hold(text, text.Now + Pause, "number_paused"),
        _ when QuietHours.BindClass(text.Class) => AtThisHour(text),
        _ => null,
    };

    private static Verdict? AtThisHour(DueText text)
    {
        if (text.Timezone is null || !TimeZoneInfo.TryFindSystemTimeZoneById(text.Timezone, out var zone))
        {
            return new Verdict.Drop("failed", "timezone_unknown");
        }

        var earliest = QuietHours.EarliestFrom(text.Now, zone);
        return earliest == text.Now ? null : Hold(text, earliest, "quiet_hours");
    }

    // What would be too late then is too late now.
    private static Verdict Hold(DueText text, DateTimeOffset until, string reason) => text.ExpiresAt <= until
        ? new Verdict.Drop("expired", reason)
        : new Verdict.Hold(until, reason);
}
