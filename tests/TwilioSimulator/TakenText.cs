namespace RecoveryOS.Simulators;

/// <summary>A text that a simulator took.</summary>
public sealed class TakenText
{
    public required string Sid { get; init; }

    public required string To { get; init; }

    public string? From { get; init; }

    public string? MessagingServiceSid { get; init; }

    public required string Body { get; init; }

    public int? ValiditySeconds { get; init; }

    public string? StatusCallback { get; init; }

    /// <summary>The sender's own id of the text, from the callback's address or the request's id.</summary>
    public string? MessageId { get; init; }

    /// <summary>The attempt, from the callback's address.</summary>
    public string? Attempt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public DateTimeOffset? SentAt { get; private set; }

    public string Status { get; private set; } = "queued";

    public string? ErrorCode { get; private set; }

    internal void Become(string status, DateTimeOffset at, string? errorCode = null)
    {
        Status = status;
        ErrorCode = errorCode;
        UpdatedAt = at;
        if (status is "sent" or "delivered" or "undelivered")
        {
            SentAt ??= at;
        }
    }
}
