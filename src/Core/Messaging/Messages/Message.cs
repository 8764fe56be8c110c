namespace RecoveryOS.Core.Messaging.Messages;

/// <summary>A text that goes out, as it is answered: never its words or its number.</summary>
/// <param name="Class">crisis, alert, message or reminder.</param>
/// <param name="State">
/// queued, sending, unknown, accepted, sent; or an end: delivered, undelivered, failed, canceled, suppressed, expired.
/// </param>
/// <param name="DueAt">When it is sent at the earliest.</param>
/// <param name="ExpiresAt">After this it is not sent any more.</param>
/// <param name="Provider">Who has it; null before.</param>
/// <param name="ErrorCode">Why it ended badly.</param>
/// <param name="History">Oldest first.</param>
public sealed record Message(
    Guid Id,
    Guid MemberId,
    string Template,
    string Class,
    string State,
    DateTime DueAt,
    DateTime? ExpiresAt,
    DateTime CreatedAt,
    DateTime UpdatedAt,
    string? Provider,
    string? ErrorCode,
    IReadOnlyList<MessageEvent> History);

/// <summary>Something that happened to a text: a decision of ours, or a provider's word.</summary>
/// <param name="Status">The provider's own word.</param>
/// <param name="Reason">A short word of ours.</param>
public sealed record MessageEvent(
    DateTime At, string Kind, string? Provider, string? Status, string? ErrorCode, string? Reason);

/// <summary>What became of a message that a clinician asked for.</summary>
public abstract record Posting
{
    private Posting()
    {
    }

    /// <summary>It is committed, and will be sent in the hours of the day.</summary>
    public sealed record Queued(Message Message) : Posting;

    /// <summary>The same key and content came before; this is that message, as it is now.</summary>
    public sealed record Replayed(Message Message) : Posting;

    /// <summary>The key came before with other content.</summary>
    public sealed record KeyReused : Posting;

    /// <summary>The account has no such member.</summary>
    public sealed record MemberUnknown : Posting;

    /// <summary>The member has left care; nobody writes to it any more.</summary>
    public sealed record MemberDischarged : Posting;
}
