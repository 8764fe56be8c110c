using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>What is done with a text that a provider was asked about and did not know.</summary>
/// <param name="State">The text's next state; null: it stays.</param>
/// <param name="Event">The kind of the event that tells of it.</param>
internal sealed record LookStep(string? State, string Event, string Reason)
{
    /// <summary>Nobody hears of a text's end after so long.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(24);

    /// <summary>Null: it is asked again later.</summary>
    /// <param name="hasOther">Whether there is another provider.</param>
    public static LookStep? Of(LookedText text, LookOutcome outcome, bool hasOther) => (text.IsUnknown, outcome) switch
    {
        (true, LookOutcome.Absent) => WhenAbsent(text, hasOther),
        (true, LookOutcome.Unavailable unavailable) => WhenSilent(text, unavailable.Reason, hasOther),
        (false, LookOutcome.Unavailable { Reason: NotOffered }) => new(null, "no_receipt", NotOffered),
        (false, _) when text.Age > LongestWait =>
            new(null, "no_receipt", outcome is LookOutcome.Absent ? "absent" : "too_late"),
        _ => null,
    };

    /// <summary>Of a provider that can never be asked.</summary>
    private const string NotOffered = "not_offered";

    // Twice is better than never for a text that somebody may be in danger over, and worse for all others: unless the
    // process died over it, the answer was lost and not the text, as likely as not. And who let an urgent one down does
    // not get it again where another can have it: it may answer questions and take no texts.
    private static LookStep WhenAbsent(LookedText text, bool hasOther) => text switch
    {
        { IsUrgent: true, LeaseExpired: false } when hasOther => new("queued", "failed_over", "absent"),
        { IsUrgent: true } => new("queued", "resent", "absent"),
        { LeaseExpired: true } => new("queued", "resent", "never_handed_over"),
        _ => new("failed", "unconfirmed", "absent"),
    };

    private static LookStep? WhenSilent(LookedText text, string reason, bool hasOther) => text switch
    {
        { IsUrgent: true } when hasOther =>
            new("queued", "failed_over", reason == NotOffered ? NotOffered : "unavailable"),
        { IsUrgent: true } when reason == NotOffered => new("queued", "resent", NotOffered),
        _ when reason == NotOffered || text.Age > LongestWait =>
            new("failed", "unconfirmed", reason == NotOffered ? NotOffered : "unavailable"),
        _ => null,
    };
}
