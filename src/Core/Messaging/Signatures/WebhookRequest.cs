namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>A webhook's request as it was received, nothing decoded.</summary>
public sealed class WebhookRequest
{
    public required string Method { get; init; }

    /// <summary>Path and query exactly as they were sent: <c>/webhooks/twilio/inbound?a=%2B</c>.</summary>
    public required string Target { get; init; }

    /// <summary>Every header, one entry for each of its values.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>A header's values, its name in any case.</summary>
    internal IReadOnlyList<string> ValuesOf(string header) =>
    [
        .. Headers.Where(one => one.Key.Equals(header, StringComparison.OrdinalIgnoreCase)).Select(one => one.Value),
    ];
}
