using System.Globalization;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Messaging;

namespace RecoveryOS.Cli.Texts;

/// <summary>A text that somebody sent to us, as Twilio tells it.</summary>
/// <param name="Sid">SM and 32 hex digits; the same again is the same text again.</param>
internal sealed record InboundText(string From, string Body, string Sid)
{
    /// <summary>The form fields of Twilio's request.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields(TwilioAccount account) =>
    [
        new("ToCountry", "US"),
        new("SmsMessageSid", Sid),
        new("NumMedia", "0"),
        new("SmsSid", Sid),
        new("SmsStatus", "received"),
        new("FromCountry", "US"),
        new("Body", Body),
        new("To", account.Number),
        new("NumSegments", Segments().ToString(CultureInfo.InvariantCulture)),
        new("MessageSid", Sid),
        new("AccountSid", account.AccountSid),
        new("From", From),
        new("ApiVersion", "2010-04-01"),
    ];

    // Outside GSM-7 a segment holds 70 characters; of several, each has a header.
    private int Segments()
    {
        var (units, one, many) = Gsm7.IsGsm7(Body)
            ? (Gsm7.Units(Body), 160, 153)
            : (Body.Length, 70, 67);
        return units <= one ? 1 : (units + many - 1) / many;
    }
}
