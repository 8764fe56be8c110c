using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Texts;

/// <summary>
/// Sends webhooks as Twilio would. It signs by itself, so that it does not repeat a mistake of the service's.
/// </summary>
internal sealed class TwilioSender(Deployment deployment)
{
    public const string Path = "/webhooks/twilio/inbound";
    public const string StatusPath = "/webhooks/twilio/status";
    public const string FormType = "application/x-www-form-urlencoded";

    private static int numbers;

    /// <summary>Where the service thinks that it is, as it is set up at Twilio.</summary>
    public string BaseUrl { get; } = deployment.Address.ToString().TrimEnd('/');

    /// <summary>A number that no other test has.</summary>
    public static string NewNumber() =>
        string.Create(CultureInfo.InvariantCulture, $"+1555{Interlocked.Increment(ref numbers) + 2_000_000:D7}");

    public static string NewSid() => $"SM{Guid.NewGuid():N}";

    /// <summary>What Twilio posts for a text.</summary>
    public static List<(string Name, string Value)> Fields(string from, string body, string? sid = null)
    {
        sid ??= NewSid();
        return
        [
            ("ToCountry", "US"), ("MessageSid", sid), ("SmsSid", sid), ("AccountSid", Settings.TwilioAccount),
            ("From", from), ("To", Settings.TwilioNumber), ("Body", body), ("NumMedia", "0"), ("FromCity", ""),
            ("ApiVersion", "2010-04-01"),
        ];
    }

    /// <summary>What Twilio posts when a text of ours gets on, each time as another text.</summary>
    public static List<(string Name, string Value)> StatusFields(string status, string? error = null)
    {
        var sid = NewSid();
        List<(string, string)> fields =
        [
            ("MessageSid", sid), ("SmsSid", sid), ("MessageStatus", status), ("SmsStatus", status),
            ("AccountSid", Settings.TwilioAccount), ("From", Settings.TwilioNumber), ("To", "+15550100123"),
            ("ApiVersion", "2010-04-01"),
        ];
        return error is null ? fields : [.. fields, ("ErrorCode", error)];
    }

    public static string Encode(IEnumerable<(string Name, string Value)> fields) => string.Join('&', fields.Select(
        field => $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(field.Value)}"));

    public static string Sign(string text, string token = Settings.TwilioToken) => Convert.ToBase64String(
        CryptographicOperations.HmacData(
            HashAlgorithmName.SHA1, Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text)));

    public string SignForm(
        IEnumerable<(string Name, string Value)> fields, string token = Settings.TwilioToken, string target = Path) =>
        Sign(
            BaseUrl + target
            + string.Concat(
                fields.OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => field.Name + field.Value)),
            token);

    /// <summary>A text of this sender.</summary>
    public Task<Answer> TextAsync(string from, string body, string? sid = null) => PostAsync(Fields(from, body, sid));

    public Task<Answer> PostAsync(
        IReadOnlyList<(string Name, string Value)> fields, params IReadOnlyList<(string Name, string Value)> headers) =>
        SendAsync(Path, Encode(fields), FormType, SignForm(fields), headers);

    public Task<Answer> PostJsonAsync(string json, string? hash = null)
    {
        hash ??= Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
        var target = $"{Path}?bodySHA256={hash}";
        return SendAsync(target, json, "application/json", Sign(BaseUrl + target));
    }

    /// <param name="target">The path and query.</param>
    /// <param name="fields">As they are signed.</param>
    public Task<Answer> PostToAsync(string target, IReadOnlyList<(string Name, string Value)> fields) =>
        SendAsync(target, Encode(fields), FormType, SignForm(fields, target: target));

    /// <param name="target">The path and query.</param>
    /// <param name="body">As it goes.</param>
    /// <param name="contentType">As it goes.</param>
    /// <param name="signature">Null: the header is not there.</param>
    /// <param name="headers">More of them.</param>
    public Task<Answer> SendAsync(
        string target,
        string body,
        string contentType,
        string? signature,
        params IReadOnlyList<(string Name, string Value)> headers) => deployment.Anonymous.SendAsync(
        HttpMethod.Post,
        target,
        Api.Raw(body, contentType),
        signature is null ? headers : [("X-Twilio-Signature", signature), .. headers]);
}

internal static class TwiMLAnswers
{
    /// <summary>What the member is answered, or null; fails unless the answer is 200 and TwiML.</summary>
    public static string? Reply(this Answer answer)
    {
        Assert.Equal("application/xml", answer.Is(200).ContentType?.Split(';')[0]);
        var response = XDocument.Parse(answer.Text).Root;
        Assert.Equal("Response", response?.Name.LocalName);
        return response?.Elements().SingleOrDefault()?.Value;
    }
}
