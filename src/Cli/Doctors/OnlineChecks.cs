using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Cli.Doctors;

/// <summary>What only others can tell: Twilio, and the service at its public address. All of it only reads.</summary>
internal static class OnlineChecks
{
    private const string Inbound = "/webhooks/twilio/inbound";

    public static IReadOnlyList<Check> All { get; } =
    [
        new("service", OnlyOnline(ServiceAsync)),
        new("twilio-account", OnlyOnline(AccountAsync)),
        new("twilio-webhooks", OnlyOnline(WebhooksAsync)),
    ];

    private static Func<Examination, CancellationToken, Task<IReadOnlyList<Finding>>> OnlyOnline(
        Func<Examination, HttpClient, CancellationToken, Task<IReadOnlyList<Finding>>> look) =>
        async (examination, cancellationToken) =>
        {
            if (!examination.IsOnline)
            {
                return [];
            }

            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
            return await look(examination, client, cancellationToken);
        };

    private static async Task<IReadOnlyList<Finding>> ServiceAsync(
        Examination examination, HttpClient client, CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        foreach (var address in examination.PublicAddresses())
        {
            var url = $"{address.AbsoluteUri.TrimEnd('/')}/readyz";
            using var answer = await client.GetAsync(new Uri(url), cancellationToken);
            findings.Add(answer.StatusCode switch
            {
                HttpStatusCode.OK => Finding.Ok("service", $"{url} is ready."),
                HttpStatusCode.ServiceUnavailable => Finding.Problem(
                    "service", $"{url} says: {await answer.Content.ReadAsStringAsync(cancellationToken)}",
                    "Mend what is not ok there."),
                var status => Finding.Problem(
                    "service", $"{url} answers {(int)status}: something else is there.",
                    "Set PublicBaseUrls to where the service is, or mend the proxy in front of it."),
            });
        }

        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> AccountAsync(
        Examination examination, HttpClient client, CancellationToken cancellationToken)
    {
        var twilio = examination.Options<TwilioOptions>();
        using var answer = await GetAsync(
            client, twilio, Api(twilio), $"2010-04-01/Accounts/{twilio.AccountSid}.json", cancellationToken);
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return [Finding.Problem(
                "twilio-account", "Twilio refuses the account's token.",
                "Copy the primary auth token anew; after a promotion the former one is void.")];
        }

        if (!answer.IsSuccessStatusCode)
        {
            return [NoAnswer("twilio-account", answer.StatusCode)];
        }

        var status = Text(await ReadAsync(answer, cancellationToken), "status");
        return
        [
            status == "active"
                ? Finding.Ok("twilio-account", "Active, and the token is accepted.")
                : Finding.Problem("twilio-account", $"The account is {status}.", "Write to Twilio's support."),
        ];
    }

    private static async Task<IReadOnlyList<Finding>> WebhooksAsync(
        Examination examination, HttpClient client, CancellationToken cancellationToken)
    {
        var twilio = examination.Options<TwilioOptions>();
        var ours = examination.PublicAddresses().Select(address => address.AbsoluteUri.TrimEnd('/') + Inbound).ToList();
        if (ours.Count == 0)
        {
            return [Finding.Unknown(
                "twilio-webhooks", "Could not look: there is no public address to compare with.",
                    "Set PublicBaseUrls__0.")];
        }

        if (twilio.MessagingServiceSid is { Length: > 0 } service)
        {
            using var answer = await GetAsync(
                client, twilio, Messaging(twilio), $"v1/Services/{service}", cancellationToken);
            if (answer.StatusCode is HttpStatusCode.NotFound)
            {
                return [Finding.Problem(
                    "twilio-webhooks", "Twilio knows no such messaging service.",
                    "Copy the service's SID (MG…) of this account into Twilio__MessagingServiceSid.")];
            }

            if (!answer.IsSuccessStatusCode)
            {
                return [NoAnswer("twilio-webhooks", answer.StatusCode)];
            }

            var json = await ReadAsync(answer, cancellationToken);
            if (!(json.TryGetProperty("use_inbound_webhook_on_number",
                out var onNumber) && onNumber.ValueKind is JsonValueKind.True))
            {
                return Judge("The messaging service", json, "inbound_request_url", "inbound_method", "fallback_url",
                    ours);
            }
        }

        List<Finding> findings = [];
        foreach (var number in twilio.Numbers.Where(number => number.StartsWith('+')))
        {
            using var answer = await GetAsync(
                client, twilio, Api(twilio),
                $"2010-04-01/Accounts/{twilio.AccountSid}/IncomingPhoneNumbers.json"
                + $"?PhoneNumber={Uri.EscapeDataString(number)}",
                cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                findings.Add(NoAnswer("twilio-webhooks", answer.StatusCode));
                continue;
            }

            var numbers = (await ReadAsync(answer, cancellationToken)).GetProperty("incoming_phone_numbers");
            findings.AddRange(numbers.GetArrayLength() == 0
                ? [Finding.Problem(
                    "twilio-webhooks", $"The number …{number[^4..]} is not the account's.",
                    "Take it out of Twilio__Numbers, or buy it for this account.")]
                : Judge($"The number …{number[^4..]}", numbers[0], "sms_url", "sms_method", "sms_fallback_url", ours));
        }

        return findings.Count > 0
            ? findings
            : [Finding.Problem("twilio-webhooks", "There is neither a messaging service nor a number.",
                "Set Twilio__MessagingServiceSid.")];
    }

    private static List<Finding> Judge(
        string what, JsonElement json, string url, string method, string fallback, List<string> ours)
    {
        List<Finding> findings = [];
        if (!ours.Contains(WithoutFragment(Text(json, url))))
        {
            findings.Add(Finding.Problem(
                "twilio-webhooks", $"{what} does not send texts to us.",
                    $"In Twilio's console set its webhook to {ours[0]}."));
        }

        if (Text(json, method) != "POST")
        {
            findings.Add(Finding.Problem(
                "twilio-webhooks", $"{what} calls with GET, which puts texts into logs.",
                    "In Twilio's console set HTTP POST."));
        }

        if (!ours.Contains(WithoutFragment(Text(json, fallback))))
        {
            findings.Add(Finding.Problem(
                "twilio-webhooks", $"{what} has no fallback URL of ours: a text whose webhook fails is lost.",
                $"In Twilio's console set its fallback URL to {ours[^1]}."));
        }

        return findings.Count > 0 ? findings : [Finding.Ok("twilio-webhooks", $"{what} calls us, with a fallback.")];
    }

    private static string Api(TwilioOptions twilio) =>
        twilio.ApiBaseUrl is { Length: > 0 } own ? own.TrimEnd('/') : "https://api.twilio.com";

    private static string Messaging(TwilioOptions twilio) =>
        twilio.ApiBaseUrl is { Length: > 0 } own ? own.TrimEnd('/') : "https://messaging.twilio.com";

    private static async Task<HttpResponseMessage> GetAsync(
        HttpClient client, TwilioOptions twilio, string host, string path, CancellationToken cancellationToken)
    {
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{twilio.AccountSid}:{twilio.AuthToken}"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{host}/{path}"))
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", credentials) },
        };
        return await client.SendAsync(request, cancellationToken);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using var document = await JsonDocument.ParseAsync(
            await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
        return document.RootElement.Clone();
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name,
            out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() ?? "" : "";

    private static string WithoutFragment(string url) => url.Split('#')[0];

    private static Finding NoAnswer(string check, HttpStatusCode status) => Finding.Unknown(
        check, $"Could not look: Twilio answers {(int)status}.", "Try again later, and look at status.twilio.com.");
}
