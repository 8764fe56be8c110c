using System.Net;
using System.Text;
using RecoveryOS.Cli.Doctors;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Testing;

namespace RecoveryOS.Cli.Tests.Doctors;

/// <summary>What only Twilio and the service at its public address can tell; both stand in one small server.</summary>
public sealed class OnlineTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly HttpListener server = new();
    private readonly Dictionary<string, (int Status, string Body)> answers = [];
    private Ward? opened;
    private Task serving = Task.CompletedTask;

    private Ward Ward => opened ?? throw new InvalidOperationException("not yet opened");

    public async ValueTask InitializeAsync()
    {
        opened = await Ward.OpenAsync(postgres);
        var url = $"http://127.0.0.1:{LocalPort.Free()}";
        server.Prefixes.Add($"{url}/");
        server.Start();
        serving = ServeAsync();
        Ward.Settings["PublicBaseUrls__0"] = url;
        Ward.Settings["Twilio__ApiBaseUrl"] = url;
        var sid = Ward.Settings["Twilio__AccountSid"];
        var hook = $"{url}/webhooks/twilio/inbound";
        answers["/readyz"] = (200, "{}");
        answers[$"/2010-04-01/Accounts/{sid}.json"] = (200, """{"status":"active"}""");
        answers[$"/2010-04-01/Accounts/{sid}/IncomingPhoneNumbers.json"] = (200, Number(hook, "POST", hook));
    }

    public async ValueTask DisposeAsync()
    {
        // At once and not after a stop: that opens the port again, which somebody else may have by then.
        server.Close();
        await serving;
        await Ward.DisposeAsync();
    }

    [Fact]
    public async Task In_good_health_they_say_ok()
    {
        var findings = await Ward.ExamineAsync(online: true);

        Assert.All(findings, finding => Assert.True(finding.Verdict is Verdict.Ok, $"{finding}"));
        Assert.Equal(Doctor.Checks.Count, findings.Count);
    }

    [Theory]
    [InlineData("service", "/readyz", 503, "{\"database\":\"unavailable\"}")]
    [InlineData("service", "/readyz", 404, "")]
    [InlineData("twilio-account", ".json", 401, "{}")]
    [InlineData("twilio-account", ".json", 200, "{\"status\":\"suspended\"}")]
    [InlineData("twilio-webhooks", "/IncomingPhoneNumbers.json", 200, "{\"incoming_phone_numbers\":[]}")]
    public async Task What_they_refuse_is_found(string check, string path, int status, string body)
    {
        answers[answers.Keys.First(key => key.EndsWith(path, StringComparison.Ordinal))] = (status, body);

        await Ward.FindAsync(check, online: true);
    }

    [Theory]
    [InlineData("https://elsewhere.example.org/sms", "POST", null)]
    [InlineData(null, "GET", null)]
    [InlineData(null, "POST", "")]
    public async Task A_number_that_does_not_call_us_is_found(string? url, string method, string? fallback)
    {
        var hook = $"{Ward.Settings["PublicBaseUrls__0"]}/webhooks/twilio/inbound";
        answers[$"/2010-04-01/Accounts/{Ward.Settings["Twilio__AccountSid"]}/IncomingPhoneNumbers.json"] =
            (200, Number(url ?? hook, method, fallback ?? hook));

        Assert.Contains(
            "Twilio's console", (await Ward.FindAsync("twilio-webhooks", online: true)).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_messaging_service_without_a_fallback_is_found()
    {
        const string Service = "MG0123456789abcdef0123456789abcdef";
        Ward.Settings["Twilio__MessagingServiceSid"] = Service;
        var hook = $"{Ward.Settings["PublicBaseUrls__0"]}/webhooks/twilio/inbound";
        answers[$"/v1/Services/{Service}"] = (200, $$"""
            {"inbound_request_url":"{{hook}}","inbound_method":"POST","fallback_url":null,
             "use_inbound_webhook_on_number":false}
            """);

        Assert.Contains(
            "fallback", (await Ward.FindAsync("twilio-webhooks", online: true)).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_not_good_news()
    {
        server.Close();

        var findings = await Ward.ExamineAsync(online: true);

        Assert.Equal(
            ["service", "twilio-account", "twilio-webhooks"],
            findings.Where(finding => finding.Verdict is Verdict.Unknown).Select(finding => finding.Check));
        Assert.Equal(2, Doctor.ExitCode(findings));
    }

    private static string Number(string url, string method, string fallback) => $$"""
        {"incoming_phone_numbers":[{"sms_url":"{{url}}","sms_method":"{{method}}","sms_fallback_url":"{{fallback}}"}]}
        """;

    private async Task ServeAsync()
    {
        try
        {
            while (server.IsListening)
            {
                var context = await server.GetContextAsync();
                var (status, body) = answers.GetValueOrDefault(context.Request.Url?.AbsolutePath ?? "", (404, ""));
                context.Response.StatusCode = status;
                context.Response.Close(Encoding.UTF8.GetBytes(body), willBlock: false);
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The listener was stopped, which ends this.
        }
    }
}
