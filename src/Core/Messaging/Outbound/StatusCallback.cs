using System.Globalization;
using System.Text;
using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>What a provider says became of a text.</summary>
/// <param name="MessageId">Ours, from the query that we gave the provider; null where it says only its own id.</param>
/// <param name="Attempt">The lease's fencing token at the attempt; as above.</param>
/// <param name="Status">The provider's own word.</param>
public sealed record StatusCallback(
    Guid? MessageId, long? Attempt, string Provider, string ProviderId, string Status, string? ErrorCode)
{
    private const int MaxWord = 64;

    /// <summary>Reads a webhook of Twilio's. Null when it does not say of what message, or what.</summary>
    /// <param name="target">The signed path and query.</param>
    public static StatusCallback? Read(FormFields fields, string target)
    {
        var word = fields.Only("MessageStatus") ?? fields.Only("SmsStatus");
        if (fields.Only("MessageSid") is not { Length: >= 1 and <= MaxWord } sid
            || !sid.All(char.IsAsciiLetterOrDigit)
            || word is not { Length: >= 1 and <= MaxWord }
            || word.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var query = Query(target);
        return new(
            Guid.TryParseExact(query.Only("message"), "D", out var id) ? id : null,
            long.TryParse(query.Only("attempt"), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
                ? attempt
                : null,
            "twilio",
            sid,
            word,
            Code(fields.Only("ErrorCode")));
    }

    private static FormFields Query(string target) =>
        target.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0
        && FormBody.Read(Encoding.ASCII.GetBytes(target[(mark + 1)..])) is { } query
            ? query
            : new([]);

    private static string? Code(string? text) =>
        text is { Length: >= 1 and <= MaxWord } and not ("0" or "null") && text.All(char.IsAsciiLetterOrDigit)
            ? text
            : null;
}
