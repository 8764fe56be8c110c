using System.Security.Cryptography;
using System.Text;

namespace RecoveryOS.Simulators;

/// <summary>
/// Twilio's own signature, written once more and not shared with what it tests: HMAC-SHA1 over the URL and the sorted
/// fields (https://www.twilio.com/docs/usage/webhooks/webhooks-security).
/// </summary>
internal static class TwilioSignature
{
    public static string Of(Uri url, IEnumerable<KeyValuePair<string, string>> fields, string token)
    {
        StringBuilder text = new(url.OriginalString);
        foreach (var (name, value) in fields.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append(value);
        }

        return Convert.ToBase64String(
            HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text.ToString())));
    }
}
