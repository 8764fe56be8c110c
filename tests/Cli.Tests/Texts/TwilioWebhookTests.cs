using System.Net;
using System.Web;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Cli.Texts;
using Twilio.Security;

namespace RecoveryOS.Cli.Tests.Texts;

public sealed class TwilioWebhookTests
{
    private const string BaseUrl = "http://127.0.0.1:7071";

    private static readonly TwilioAccount Account = new("AC00000000000000000000000000000001", "12345", "+15550100100");
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>Twilio's own example.</summary>
    [Fact]
    public void Signature_is_the_published_one() => Assert.Equal(
        "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        WebhookSignature.Of(
            new Uri("https://mycompany.com/myapp.php?foo=1&bar=2"),
            [
                new("To", "+18005551212"), new("Digits", "1234"), new("CallSid", "CA1234567890ABCDE"),
                new("From", "+14158675309"), new("Caller", "+14158675309"),
            ],
            "12345"));

    [Theory]
    [InlineData("80 2 15 7.5 20")]
    [InlineData("")]
    [InlineData("a=b&c=d %2B + é 😀\r\n")]
    public async Task Request_is_one_that_Twilios_validator_takes(string body)
    {
        var handler = new Answering(HttpStatusCode.OK, "<Response/>");
        using var twilio = new TwilioWebhook(BaseUrl, Account, handler);
        var text = TwilioWebhook.Write("+15555550123", body);

        await twilio.SendAsync(text, CancellationToken);

        var form = HttpUtility.ParseQueryString(handler.Body);
        Assert.Equal($"{BaseUrl}/webhooks/twilio/inbound", handler.Url);
        Assert.True(new RequestValidator("12345").Validate(handler.Url, form, handler.Signature));
        Assert.False(new RequestValidator("54321").Validate(handler.Url, form, handler.Signature));
        Assert.Equal(
            [text.Sid, Account.AccountSid, "+15555550123", Account.Number, body, "0"],
            new[] { "MessageSid", "AccountSid", "From", "To", "Body", "NumMedia" }.Select(name => form[name]));
        Assert.Matches("^SM[0-9a-f]{32}$", text.Sid);
    }

    [Theory]
    [InlineData("<Response/>")]
    [InlineData("<?xml version=\"1.0\"?><Response><Message>One &amp; only</Message></Response>", "One & only")]
    [InlineData("<Response><Message>First</Message><Message>Second</Message></Response>", "First", "Second")]
    public async Task Reply_is_every_message_of_the_answer(string twiml, params string[] replies)
    {
        using var twilio = new TwilioWebhook(BaseUrl, Account, new Answering(HttpStatusCode.OK, twiml));

        Assert.Equal(replies, await twilio.SendAsync(TwilioWebhook.Write("+15555550123", "HELP"), CancellationToken));
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "", "did not take the text: 403")]
    [InlineData(HttpStatusCode.OK, "welcome", "is no TwiML")]
    public async Task Refusal_is_said_in_the_services_own_words(HttpStatusCode status, string body, string complaint)
    {
        using var twilio = new TwilioWebhook(BaseUrl, Account, new Answering(status, body));

        var failure = await Assert.ThrowsAsync<CliException>(
            () => twilio.SendAsync(TwilioWebhook.Write("+15555550123", "HELP"), CancellationToken));

        Assert.Contains(complaint, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(160, 'a', "1")]
    [InlineData(161, 'a', "2")]
    [InlineData(70, 'я', "1")]
    [InlineData(135, 'я', "3")]
    public void Segments_are_counted_as_Twilio_does(int length, char letter, string segments) => Assert.Contains(
        new KeyValuePair<string, string>("NumSegments", segments),
        TwilioWebhook.Write("+15555550123", new string(letter, length)).Fields(Account));

    private sealed class Answering(HttpStatusCode status, string answer) : HttpMessageHandler
    {
        public string Url { get; private set; } = "";

        public string Signature { get; private set; } = "";

        public string Body { get; private set; } = "";

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Url = $"{request.RequestUri?.OriginalString}";
            Signature = request.Headers.GetValues("X-Twilio-Signature").Single();
            Body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            return new(status) { Content = new StringContent(answer) };
        }
    }
}
