using System.Security.Cryptography;
using System.Text;

namespace RecoveryOS.Cli.Texts;

/// <summary>
/// X-Twilio-Signature of a form: HMAC-SHA1 under the auth token over the URL and each field's name and value, sorted by
/// name (https://www.twilio.com/docs/usage/webhooks/webhooks-security).
/// </summary>
internal static class WebhookSignature
{
    public static string Of(Uri url, IEnumerable<KeyValuePair<string, string>> fields, string authToken)
    {
        var text = url.OriginalString + string.Concat(
            fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => field.Key + field.Value));
        return Convert.ToBase64String(
            HMACSHA1.HashData(Encoding.UTF8.GetBytes(authToken), Encoding.UTF8.GetBytes(text)));
    }
}
