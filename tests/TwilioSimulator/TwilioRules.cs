using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace RecoveryOS.Simulators;

/// <summary>What the Messages API refuses, and what it lists.</summary>
internal static class TwilioRules
{
    private const int LongestBody = 1600;
    private const int LongestValidity = 36000;

    public static (int Code, string Message)? Refusal(IFormCollection form, Faults faults)
    {
        var to = form["To"].ToString();
        var body = form["Body"].ToString();
        if (Faults.For(faults.Refusals, to) is { } code)
        {
            return (int.Parse(code, CultureInfo.InvariantCulture), $"Simulated error {code}");
        }

        return to switch
        {
            "" => (21604, "A 'To' phone number is required."),
            _ when to[0] != '+' => (21211, "Invalid 'To' Phone Number"),
            _ when body == "" => (21602, "Message body is required."),
            _ when body.Length > LongestBody => (21617, "The message body exceeds the 1600 character limit"),
            _ when form["From"] == StringValues.Empty && form["MessagingServiceSid"] == StringValues.Empty =>
                (21603, "A 'From' phone number is required."),
            _ when form["ValidityPeriod"].ToString() is { Length: > 0 } validity && !IsValidity(validity) =>
                (21621, "ValidityPeriod must be 1 to 36000"),
            _ => null,
        };
    }

    public static IEnumerable<TakenText> Filter(IEnumerable<TakenText> texts, IQueryCollection query)
    {
        var from = query["From"].ToString();
        var on = Time(query["DateSent"]);
        var before = Time(query["DateSent<"]);
        var after = Time(query["DateSent>"]);
        return texts.Where(text =>
            (from == "" || text.From == from)
            && (on is null || text.SentAt?.Date == on.Value.Date)
            && (before is null || text.SentAt <= before)
            && (after is null || text.SentAt >= after));
    }

    private static bool IsValidity(string text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= LongestValidity;

    private static DateTimeOffset? Time(StringValues text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;
}
