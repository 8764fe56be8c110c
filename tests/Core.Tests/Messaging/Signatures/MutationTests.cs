using System.Net;
using System.Text;
using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Core.Tests.Messaging.Signatures;

/// <summary>
/// One byte of a truly signed request is changed, put in or taken out. Mutants that say the same (%2b for %2B, a
/// header's name in capitals) are told by a lenient reading of their own, and do not count.
/// </summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private const int Mutants = 100_000;
    private const string Token = "5d1fe2ab7c1a4b0e9a3c77d1e0b4f6a8";

    [Fact]
    public void No_mutant_is_accepted()
    {
        var random = new Random(20251123);
        var verifier = Sender.Verifier(Token, "e3a90f6b1d2c4857a6b8c9d0e1f20314");
        var originals = Originals();
        var (same, accepted) = (0, new List<string>());

        for (var mutants = 0; mutants < Mutants;)
        {
            var original = originals[random.Next(originals.Count)];
            var mutant = Mutate(original, random);
            if (SaysTheSame(original, mutant))
            {
                same++;
                continue;
            }

            mutants++;
            if (verifier.Verify(mutant) is not Verdict.Refused)
                accepted.Add($"{mutant.Target} {string.Join(' ', mutant.Headers)} {Text(mutant.Body)}");
        }

        output.WriteLine($"{Mutants} mutants, {same} more that say the same");
        Assert.True(accepted.Count == 0, string.Join("\n", accepted));
    }

    [Fact]
    public void The_originals_are_accepted() => Assert.All(
        Originals(), original => Assert.IsType<Verdict.Accepted>(Sender.Verifier(Token).Verify(original)));

    private static IReadOnlyList<WebhookRequest> Originals()
    {
        var form = Encoding.ASCII.GetString(Sender.SendForm(Token, Sender.Text("¿qué + 5% 👍?")).Body.Span);
        return
        [
            Sender.SendForm(Token, Sender.Text("80 2 15 7.5 20")),
            Sender.SendForm(Token, Sender.Text("¿qué + 5% 👍?")),
            Query("/webhooks/twilio/inbound?id=%2B7&b=a+b&b=", form, Sender.Text("¿qué + 5% 👍?")),
            Query("/x/../webhooks/twilio/inbound?id=7", form, Sender.Text("¿qué + 5% 👍?")),
            .. Repeated("Zed=1&Zed=2", "Zed1Zed2", "Zed1,2", "Zed12"),
            .. Repeated("Z=1&Z=2", "Z1Z2", "Z1,2", "Z12"),
            .. Repeated("Z=1&Z=1", "Z1"),
            .. Repeated("Z=1&Z=%2C", "Z,Z1"),
            .. Repeated("Z=&Z=Z", "ZZZ"),
            Sender.SendJson(Token, $$"""{"AccountSid": "{{Sender.Account}}", "To": "{{Sender.Number}}", "B": "é"}"""),
        ];
    }

    private static IEnumerable<WebhookRequest> Repeated(string pairs, params string[] texts) => texts.Select(text =>
        Query(
            Sender.Target,
            $"AccountSid={Sender.Account}&To=%2B15555550100&{pairs}",
            [new("AccountSid", Sender.Account), new("To", Sender.Number), new("Z", text[1..])]));

    private static WebhookRequest Query(string target, string body, IReadOnlyList<FormField> signed) => Sender.Request(
        target,
        Sender.Form,
        Encoding.ASCII.GetBytes(body),
        Sender.Sign(Token, Sender.Url + target + string.Concat(
            signed.OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => field.Name + field.Value))));

    private static WebhookRequest Mutate(WebhookRequest original, Random random)
    {
        var (target, body, headers) = (original.Target, original.Body.ToArray(), original.Headers.ToList());
        switch (random.Next(4))
        {
            case 0:
                target = Mutate(target, random);
                break;
            case 1:
                var i = random.Next(headers.Count);
                headers[i] = random.Next(4) == 0
                    ? KeyValuePair.Create(Mutate(headers[i].Key, random), headers[i].Value)
                    : KeyValuePair.Create(headers[i].Key, Mutate(headers[i].Value, random));
                break;
            default:
                body = Mutate(body, random);
                break;
        }

        return new() { Method = original.Method, Target = target, Headers = headers, Body = body };
    }

    private static string Mutate(string text, Random random) =>
        Encoding.Latin1.GetString(Mutate(Encoding.Latin1.GetBytes(text), random));

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        // What means something to a form or a URL is tried more often than all the rest.
        var one = random.Next(2) == 0 ? (byte)random.Next(256) : "&=+%?#,/;\0 .Z12"u8[random.Next(15)];
        return random.Next(3) switch
        {
            0 => [.. bytes[..at], one, .. bytes[at..]],
            1 => [.. bytes[..at], .. bytes[(at + 1)..]],
            _ => [.. bytes[..at], one, .. bytes[(at + 1)..]],
        };
    }

    private static bool SaysTheSame(WebhookRequest a, WebhookRequest b) =>
        a.Target == b.Target
        && Header(a, "X-Twilio-Signature") == Header(b, "X-Twilio-Signature")
        && MediaType(a) == MediaType(b)
        && (MediaType(a) == Sender.Form ? Pairs(a).SequenceEqual(Pairs(b)) : a.Body.Span.SequenceEqual(b.Body.Span));

    private static string Text(ReadOnlyMemory<byte> body) => Encoding.Latin1.GetString(body.Span);

    private static string? Header(WebhookRequest request, string name) =>
        request.Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static string? MediaType(WebhookRequest request) =>
        Header(request, "Content-Type")?.Split(';')[0].Trim().ToLowerInvariant();

    private static IEnumerable<(string, string?)> Pairs(WebhookRequest request) =>
        Text(request.Body).Split('&').Select(pair => pair.Split('=', 2))
            .Select(pair => (WebUtility.UrlDecode(pair[0]), pair.Length == 1 ? null : WebUtility.UrlDecode(pair[1])));
}
