using System.Security.Cryptography;
using System.Text;
using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Core.Tests.Messaging.Signatures;

/// <summary>Sends webhooks as Twilio would, of a form whose names do not repeat.</summary>
internal static class Sender
{
    public const string Account = "AC0123456789abcdef0123456789abcdef";
    public const string Number = "+15555550100";
    public const string Url = "https://texts.example";
    public const string Target = "/webhooks/twilio/inbound";
    public const string Form = "application/x-www-form-urlencoded";
    public const string Json = "application/json";

    public static IReadOnlyList<FormField> Text(string body) =>
    [
        new("ToCountry", "US"),
        new("MessageSid", "SM00112233445566778899aabbccddeeff"),
        new("AccountSid", Account),
        new("From", "+15555550123"),
        new("To", Number),
        new("Body", body),
        new("NumMedia", "0"),
        new("FromCity", ""),
    ];

    public static WebhookRequest SendForm(string token, IReadOnlyList<FormField> fields, string url = Url) => Request(
        Target,
        Form,
        Encoding.ASCII.GetBytes(string.Join('&', fields.Select(field =>
            $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(field.Value)}"))),
        Sign(token, url + Target + string.Concat(
            fields.OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => field.Name + field.Value))));

    public static WebhookRequest SendJson(string token, string body, string url = Url)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var target = $"{Target}?id=7&bodySHA256={Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        return Request(target, Json, bytes, Sign(token, url + target));
    }

    public static WebhookRequest Request(
        string target, string contentType, ReadOnlyMemory<byte> body, string signature) => new()
        {
            Method = "POST",
            Target = target,
            Headers = [new("Content-Type", contentType), new("X-Twilio-Signature", signature)],
            Body = body,
        };

    public static string Sign(string token, string text) => Convert.ToBase64String(CryptographicOperations.HmacData(
        HashAlgorithmName.SHA1, Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text)));

    /// <summary>Ours, with these tokens.</summary>
    public static SignatureVerifier Verifier(string? token, string? secondary = null, params string[] urls) =>
        new SignatureSettings
        {
            Account = Account,
            Token = token,
            Secondary = secondary,
            Numbers = [Number],
            Urls = urls is [] ? [Url] : urls,
        }.Verifier();
}
