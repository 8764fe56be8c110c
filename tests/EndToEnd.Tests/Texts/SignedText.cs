using System.Text;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Texts;

/// <summary>A signed webhook as it goes over the wire, for tests to change.</summary>
internal sealed record SignedText(string Target, string ContentType, byte[] Body, string Signature)
{
    private const string Letters = "ABCXYZabcxyz0189";

    /// <summary>Webhooks that the service accepts as they stand: a form, one with a query, and JSON.</summary>
    public static SignedText Create(TwilioSender sender, string from, int kind)
    {
        var fields = TwilioSender.Fields(from, "80 2 15 7.5 20");
        if (kind == 2)
        {
            var json = Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(
                fields.ToDictionary(field => field.Name, field => field.Value)));
            var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(json));
            var hashed = $"{TwilioSender.Path}?bodySHA256={hash}";
            return new(hashed, "application/json", json, TwilioSender.Sign(sender.BaseUrl + hashed));
        }

        var target = kind == 0 ? TwilioSender.Path : $"{TwilioSender.Path}?tenant=7&region=ashburn";
        return new(
            target,
            TwilioSender.FormType,
            Encoding.ASCII.GetBytes(TwilioSender.Encode(fields)),
            sender.SignForm(fields, target: target));
    }

    /// <summary>One change that Twilio did not sign.</summary>
    public SignedText Mutate(Random random)
    {
        while (true)
        {
            var changed = random.Next(7) switch
            {
                0 or 1 => this with { Body = Change(Body, random) },
                2 => this with { Signature = Text(Change(Bytes(Signature), random, Letters)) },
                3 => this with { Target = Target + Query(random) },
                4 => this with { Target = Text(Change(Bytes(Target), random, Letters)) },
                5 => this with { ContentType = Text(Change(Bytes(ContentType), random, Letters)) },
                _ => this with { Body = [.. Body, .. Bytes("&Extra="), .. Bytes(Letters[..random.Next(1, 9)])] },
            };
            // An HTTP client sends no path without its slash.
            if (changed.Target.StartsWith('/') && !changed.SaysTheSameAs(this))
                return changed;
        }
    }

    public Task<Answer> SendAsync(Deployment deployment) => deployment.Anonymous.SendAsync(
        HttpMethod.Post, Target, Api.Raw(Body, ContentType), [("X-Twilio-Signature", Signature)]);

    // The signature covers names and values, not how they are written, and a media type has no case.
    private bool SaysTheSameAs(SignedText other) =>
        Target == other.Target
        && Signature == other.Signature
        && string.Equals(ContentType, other.ContentType, StringComparison.OrdinalIgnoreCase)
        && (Body.AsSpan().SequenceEqual(other.Body)
            || (ContentType == TwilioSender.FormType && Signed(Body) == Signed(other.Body)));

    private static string Signed(byte[] body) => string.Concat(Encoding.Latin1.GetString(body).Split('&')
        .Select(pair => Uri.UnescapeDataString(pair.Replace('+', ' ')).Split('=', 2))
        .OrderBy(pair => pair[0], StringComparer.Ordinal)
        .Select(pair => string.Concat(pair)));

    private static byte[] Change(byte[] bytes, Random random, string? letters = null)
    {
        var at = random.Next(bytes.Length);
        var other = letters is null ? (byte)random.Next(256) : (byte)letters[random.Next(letters.Length)];
        return random.Next(4) switch
        {
            0 => [.. bytes[..at], .. bytes[(at + 1)..]],
            1 => [.. bytes[..at], other, .. bytes[at..]],
            2 => bytes[..at],
            _ => [.. bytes[..at], other, .. bytes[(at + 1)..]],
        };
    }

    private static string Query(Random random) =>
        $"{(random.Next(2) == 0 ? "?" : "&")}{Letters[random.Next(9)]}={Letters[random.Next(Letters.Length)]}";

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.ASCII.GetString(bytes);
}
