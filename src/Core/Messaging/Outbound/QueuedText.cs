namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>A text to a member, as it is put into the outbox.</summary>
public sealed record QueuedText
{
    public required TextClass Class { get; init; }

    /// <summary>The name of a template. The words come together when the text is sent.</summary>
    public required string Template { get; init; }

    /// <summary>What the template's placeholders stand for; never anything clinical.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Not before; null: now. Quiet hours may hold it longer.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>After this it is not sent any more; null: always worth sending.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Of two texts with one key the second is not queued. 1–100 characters; null: no such rule.</summary>
    public string? DedupKey { get; init; }
}
