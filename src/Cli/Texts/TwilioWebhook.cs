using System.Net;
using System.Xml;
using System.Xml.Linq;
using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Texts;

/// <summary>Sends texts to a service as Twilio would: a signed form, answered with TwiML.</summary>
/// <param name="baseUrl">The service's public address.</param>
internal sealed class TwilioWebhook(
    string baseUrl, TwilioAccount account, HttpMessageHandler? handler = null) : IDisposable
{
    /// <summary>Twilio waits that long for an answer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly Uri url = new($"{baseUrl}/webhooks/twilio/inbound");
    private readonly HttpClient client = new(handler ?? new SocketsHttpHandler()) { Timeout = Limit };

    /// <summary>A text with an id of its own.</summary>
    public static InboundText Write(string from, string body) => new(from, body, TwilioAccount.NewSid("SM"));

    /// <summary>The local run that runs there.</summary>
    /// <exception cref="CliException">None does.</exception>
    public static TwilioWebhook Connect(LocalRun run) => new(run.RunningUrl(), TwilioAccount.Load(run));

    /// <summary>The texts of the reply; none is an answer too.</summary>
    /// <exception cref="CliException">The service did not take the text.</exception>
    public async Task<IReadOnlyList<string>> SendAsync(InboundText text, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await PostAsync(text, cancellationToken);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            return answer.StatusCode is HttpStatusCode.OK
                ? Replies(body)
                : throw new CliException($"The service did not take the text: {(int)answer.StatusCode} {body}");
        }
        catch (HttpRequestException exception)
        {
            throw new CliException($"The service at {baseUrl} does not answer: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException($"The service at {baseUrl} did not answer within {Limit.TotalSeconds} s.");
        }
    }

    public async Task<HttpResponseMessage> PostAsync(InboundText text, CancellationToken cancellationToken)
    {
        var fields = text.Fields(account);
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new FormUrlEncodedContent(fields),
            Headers =
            {
                { "X-Twilio-Signature", WebhookSignature.Of(url, fields, account.AuthToken) },
                { "User-Agent", "TwilioProxy/1.1" },
            },
        };
        return await client.SendAsync(request, cancellationToken);
    }

    public void Dispose() => client.Dispose();

    private static IReadOnlyList<string> Replies(string twiml)
    {
        try
        {
            return [.. XElement.Parse(twiml).Elements("Message").Select(message => message.Value)];
        }
        catch (XmlException)
        {
            throw new CliException($"The service's answer is no TwiML: {twiml}");
        }
    }
}
