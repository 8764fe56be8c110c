namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>What a provider's word means for the state of a text.</summary>
public static class DeliveryWords
{
    /// <summary>
    /// States that a provider's word can move a text from or to, lowest first; a text only moves up. Of two ends the
    /// higher one stays, whichever is told first. expired and suppressed are ends of ours, which only a delivery
    /// disproves.
    /// </summary>
    public static IReadOnlyList<string> Ranks { get; } =
    [
        "queued", "sending", "unknown", "accepted", "sent", "canceled", "failed", "undelivered", "expired",
        "suppressed", "delivered",
    ];

    /// <summary>
    /// The state that the word stands for. A word that nobody has heard of says only that the provider has the text.
    /// </summary>
    /// <remarks>Twilio's words; <c>read</c> comes after <c>delivered</c>.</remarks>
    public static string StateOf(string word) => word switch
    {
        "sent" or "partially_delivered" => "sent",
        "delivered" or "read" => "delivered",
        "undelivered" => "undelivered",
        "failed" => "failed",
        "canceled" => "canceled",
        _ => "accepted",
    };

    public static bool IsFailure(string state) => state is "undelivered" or "failed" or "canceled";
}
