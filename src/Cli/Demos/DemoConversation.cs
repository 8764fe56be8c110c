using System.Globalization;
using System.Text.Json.Nodes;
using RecoveryOS.Cli.Texts;

namespace RecoveryOS.Cli.Demos;

/// <summary>A made-up member who texts: a guided check-in, one in a line, a question, and a crisis.</summary>
internal static class DemoConversation
{
    private const int Width = 96;
    private const string Crisis = "i dont want to be here anymore";

    private static readonly string[] Texts =
    [
        "CHECKIN", "85", "-2", "30", "6.5", "SKIP", "20",
        "90 1 10 7.5 15",
        "what time is group on thursday?",
        Crisis,
    ];

    public static async Task HoldAsync(
        DemoApi api, TwilioWebhook twilio, TextWriter output, CancellationToken cancellationToken)
    {
        var phone = Phone();
        var member = await api.SendAsync(HttpMethod.Post, "/v1/members", Enrolment(phone), cancellationToken);
        await output.WriteLineAsync(
            "A conversation by text. All of it is made up: nobody wrote this, and nothing is sent to a phone.");
        foreach (var text in Texts)
        {
            await SayAsync("member", text == Crisis ? $"{text}   [made up]" : text);
            foreach (var reply in await twilio.SendAsync(TwilioWebhook.Write(phone, text), cancellationToken))
                await SayAsync("service", reply);
        }

        var alerts = await api.SendAsync(HttpMethod.Get, "/v1/alerts?status=open&limit=100", null, cancellationToken);
        var own = (alerts["data"]?.AsArray() ?? []).OfType<JsonObject>()
            .Where(alert => alert.Text("member_id") == member.Text("id"))
            .Select(alert => $"{alert.Text("severity")} {alert.Text("kind")}").Reverse();
        await output.WriteLineAsync($"It opened: {string.Join(", ", own)}");

        async Task SayAsync(string who, string what)
        {
            var name = $"  {who,-8} ";
            foreach (var line in Wrapped(what))
            {
                await output.WriteLineAsync(name + line);
                name = new string(' ', name.Length);
            }
        }
    }

    private static JsonObject Enrolment(string phone) => new()
    {
        ["display_code"] = "demo-texting",
        ["timezone"] = "America/New_York",
        ["phone"] = phone,
        ["country"] = "US",
        ["language"] = "en",
    };

    /// <summary>Another one at each demo, because one phone may have several members; 555-01XX is nobody's.</summary>
    private static string Phone() => string.Create(
        CultureInfo.InvariantCulture, $"+1{Random.Shared.Next(201, 990)}55501{Random.Shared.Next(100):D2}");

    private static IEnumerable<string> Wrapped(string text)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length + word.Length >= Width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }
}
