namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>A word about a text, of its latest attempt or of an older one.</summary>
internal sealed record ModelWord(bool IsOlder, string Word);

/// <summary>
/// Where words lead, without their order: a delivery by any attempt is one; else the furthest word about the latest
/// attempt.
/// </summary>
internal static class DeliveryModel
{
    private static readonly string[] States =
        ["sending", "unknown", "accepted", "sent", "canceled", "failed", "undelivered", "delivered"];

    public static string End(string start, IReadOnlyCollection<ModelWord> words) => States[words
        .Where(word => !word.IsOlder || Rank(word.Word) == 7)
        .Select(word => Rank(word.Word))
        .Append(Array.IndexOf(States, start))
        .Max()];

    private static int Rank(string word) => word switch
    {
        "sent" => 3,
        "canceled" => 4,
        "failed" => 5,
        "undelivered" => 6,
        "delivered" or "read" => 7,
        _ => 2,
    };
}
