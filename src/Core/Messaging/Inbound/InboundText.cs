using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Messaging.Inbound;

/// <summary>A text that somebody sent us. It never shows its number or body.</summary>
/// <param name="MessageSid">The provider's id, 1–64 letters and digits: the same text has the same one.</param>
/// <param name="From">As the provider gives it: E.164, or the short code or name of a machine.</param>
/// <param name="AnswerLost">
/// The provider says that our first answer did not reach it, so a copy is answered again.
/// </param>
public sealed record InboundText(string MessageSid, string From, string Body, bool AnswerLost = false)
{
    /// <summary>At most as many characters of a body are read and kept; the provider itself cuts at 1,600.</summary>
    public const int BodyLimit = 1_600;

    /// <summary>Whether the number is one that a person can have.</summary>
    internal bool IsFromPerson => PhoneNumber.TryParse(From, out _);

    public override string ToString() => MessageSid;
}
