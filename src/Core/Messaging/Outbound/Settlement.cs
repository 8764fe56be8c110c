using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>What becomes of a text after an attempt.</summary>
/// <param name="State">The row's next state.</param>
/// <param name="Wait">Until the next attempt; null when there is none.</param>
/// <param name="Event">The kind of the event that tells of it.</param>
/// <param name="Status">The provider's own word.</param>
/// <param name="OptsOut">The provider says that the person does not want texts: the ledger learns it.</param>
/// <param name="Alarm">A person must look.</param>
internal sealed record Settlement(
    string State,
    string Event,
    TimeSpan? Wait = null,
    string? ProviderId = null,
    string? Status = null,
    string? ErrorCode = null,
    string? AvoidProvider = null,
    bool OptsOut = false,
    bool Alarm = false)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <param name="otherProviders">Whether there is another provider at all.</param>
    public static Settlement Of(Sending sending, SendOutcome outcome, bool otherProviders) => outcome switch
    {
        SendOutcome.Accepted accepted =>
            new("accepted", "accepted", ProviderId: accepted.ProviderId, Status: accepted.Status),
        SendOutcome.Unknown unknown => new("unknown", "unknown", ErrorCode: unknown.Reason),
        SendOutcome.Refused refused => Refused(
            sending, ErrorCatalogue.Find(sending.Verdict.Provider.Name, refused.Code), refused, otherProviders),
        _ => throw new InvalidOperationException("an outcome is one of three"),
    };

    /// <summary>Of a text that was claimed too long ago to be handed over: it goes back as it came.</summary>
    public static Settlement NotSent(Sending sending) =>
        new("queued", "retry", TimeSpan.Zero, ErrorCode: "not_sent", AvoidProvider: sending.Text.AvoidProvider);

    private static Settlement Refused(Sending sending, ErrorRule rule, SendOutcome.Refused refused, bool otherProviders)
    {
        var text = sending.Text;
        var attempts = text.Attempts + 1;
        if (rule.Class == ErrorClass.Consent)
        {
            return new("suppressed", "suppressed", ErrorCode: rule.Code, OptsOut: true);
        }

        if (IsGivenUp(text))
        {
            return new("failed", "refused", ErrorCode: rule.Code, Alarm: true);
        }

        // A text that is not urgent goes another way once; an urgent one as often as it takes, but not in a hot loop.
        if (otherProviders && rule.FailoverAfter(text.Class) is { } failover
            && (text.IsUrgent || text.AvoidProvider is null))
        {
            var wait = text.AvoidProvider is null ? failover : Backoff(attempts);
            return new(
                "queued", "failed_over", wait, ErrorCode: rule.Code, AvoidProvider: sending.Verdict.Provider.Name,
                Alarm: rule.Alarm);
        }

        if (RetryAfter(rule, text, attempts) is { } retry)
        {
            var wait = refused.RetryAfter > retry ? refused.RetryAfter : retry;
            return new(
                "queued", "retry", wait, ErrorCode: rule.Code, AvoidProvider: text.AvoidProvider, Alarm: rule.Alarm);
        }

        return new("failed", "refused", ErrorCode: rule.Code, Alarm: rule.Alarm || text.IsUrgent);
    }

    // What was not processed and passes by itself is tried until the text is of no use, at the pace of its last wait.
    // And an urgent text never ends on a fault of our settings: somebody may mend them.
    private static TimeSpan? RetryAfter(ErrorRule rule, DueText text, int attempts) => rule switch
    {
        { Retry: { } retry, Class: ErrorClass.Transient or ErrorClass.Provider or ErrorClass.BackPressure } =>
            rule.RetryAfter(text.Class, Math.Min(attempts, retry.DelaysSeconds.Count)),
        { Retry: null, Class: ErrorClass.Config or ErrorClass.Provider } when text.IsUrgent => Backoff(attempts),
        _ => rule.RetryAfter(text.Class, attempts),
    };

    // Doubling from 2 s, each drawn from its upper half.
    private static TimeSpan Backoff(int attempts)
    {
        var wait = TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, Math.Pow(2, Math.Min(attempts, 10))));
        return wait * (0.5 + (Random.Shared.NextDouble() / 2));
    }

    private static bool IsGivenUp(DueText text) => text.ExpiresAt <= text.Now
        || text.Now - text.QueuedAt > TimeSpan.FromHours(text.IsUrgent ? 12 : 48);
}
