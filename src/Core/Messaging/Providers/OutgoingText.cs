using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>A text on its way to a provider.</summary>
/// <param name="MessageId">The outbox's id; it comes back with each status callback.</param>
/// <param name="Fence">The lease's fencing token: which attempt this is.</param>
/// <param name="Body">One segment of GSM-7.</param>
/// <param name="Validity">After this the provider need not send it any more.</param>
public sealed record OutgoingText(
    Guid MessageId, long Fence, PhoneNumber To, string Body, TextClass Class, TimeSpan Validity)
{
    /// <summary>When it was queued: the same at each attempt, by which a provider may know a repetition.</summary>
    public DateTimeOffset? QueuedAt { get; init; }
}

/// <summary>A text that was, or may have been, handed to a provider.</summary>
/// <param name="ProviderId">Null when the answer was lost.</param>
/// <param name="SentAt">When the attempt began.</param>
public sealed record SentText(
    Guid MessageId, long Fence, string? ProviderId, PhoneNumber To, string Body, DateTimeOffset SentAt)
{
    /// <summary>
    /// The provider's ids of our other texts to the number since about then. One of the same words is not taken for
    /// this text when it is known to be another.
    /// </summary>
    public IReadOnlyCollection<string> OtherProviderIds { get; init; } = [];
}
