using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Core.Messaging.Inbound;

/// <summary>Reads a text from a webhook's fields.</summary>
public static class InboundFields
{
    /// <summary>Null when a field is missing, repeated, or no provider would send it.</summary>
    public static InboundText? Read(FormFields fields) =>
        fields.Only("MessageSid") is { Length: >= 1 and <= 64 } sid
        && sid.All(char.IsAsciiLetterOrDigit)
        && fields.Only("From") is { Length: >= 1 and <= 64 } from
        && fields.Only("Body") is { } body
            ? new(
                sid, from, body.Length > InboundText.BodyLimit ? body[..InboundText.BodyLimit] : body,
                AnswerLost(fields))
            : null;

    // Sent to the fallback URL only: Twilio got no answer of ours, or one that it could not use.
    private static bool AnswerLost(FormFields fields) => fields.Contains("ErrorCode") || fields.Contains("ErrorUrl");
}
