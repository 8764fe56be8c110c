using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>
/// Texts by Azure Communication Services, over its REST API: POST /sms of version 2021-03-07
/// (https://learn.microsoft.com/rest/api/communication/sms/send).
/// </summary>
/// <param name="token">Null for a simulator on this machine.</param>
public sealed partial class AzureProvider(
    BackupSmsOptions options, AzureToken? token, ProviderClients clients, TimeProvider time) : ITextProvider
{
    private readonly Uri url = new(new Uri(options.Endpoint ?? ""), "/sms?api-version=2021-03-07");

    public string Name => "azure";

    /// <summary>
    /// Handing the same text over again is safe: the request's id is the message's, by which Azure knows a repetition.
    /// </summary>
    public async Task<SendOutcome> SendAsync(OutgoingText text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        AuthenticationHeaderValue? authorization = null;
        if (token is not null)
        {
            if (await token.GetAsync(cancellationToken) is not { } bearer)
            {
                return new SendOutcome.Refused("no_token");
            }

            authorization = new("Bearer", bearer);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var call = clients.Call(address: null, CancellationToken.None);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, url)
            {
                Content = JsonContent.Create(Request(text), AzureSmsJson.Default.AzureSmsRequest),
            };
            request.Headers.Authorization = authorization;
            using var client = call.Client();
            using var response = await client.SendAsync(request, CancellationToken.None);
            return response.IsSuccessStatusCode
                ? Outcome(await response.Content.ReadFromJsonAsync(AzureSmsJson.Default.AzureSmsResponse, CancellationToken.None))
                : call.Failed(code: null, exception: null);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            return call.Status is null ? call.Failed(code: null, exception) : new SendOutcome.Unknown("connection_lost");
        }
        catch (JsonException)
        {
            return new SendOutcome.Unknown("bad_answer");
        }
    }

    /// <summary>Azure tells what became of a text by its events alone, and cannot be asked.</summary>
    public Task<LookOutcome> LookAsync(SentText text, CancellationToken cancellationToken) =>
        Task.FromResult<LookOutcome>(new LookOutcome.Unavailable("not_offered"));

    private AzureSmsRequest Request(OutgoingText text) => new(
        options.From ?? "",
        [
            new(
                text.To.E164,
                text.MessageId.ToString(),
                (text.QueuedAt ?? time.GetUtcNow()).ToString("r", CultureInfo.InvariantCulture)),
        ],
        text.Body,
        new(EnableDeliveryReport: true, Tag: text.MessageId.ToString()));

    private static SendOutcome Outcome(AzureSmsResponse? response) => response?.Value switch
    {
        [{ Successful: true, MessageId: { Length: > 0 } id }] => new SendOutcome.Accepted(id, "accepted"),
        [{ HttpStatusCode: >= 500 and var status }] =>
            new SendOutcome.Unknown(string.Create(CultureInfo.InvariantCulture, $"http_{status}")),
        [{ HttpStatusCode: >= 400 and var status } refused] =>
            new SendOutcome.Refused(Code(status, refused.ErrorMessage ?? "")),
        _ => new SendOutcome.Unknown("bad_answer"),
    };

    /// <summary>The API gives words where others give codes. Whatever speaks of opting out is taken for it.</summary>
    private static string Code(int status, string words) => words switch
    {
        _ when OptedOut.IsMatch(words) => "opted_out",
        _ when status == 400 && BadNumber.IsMatch(words) => "bad_number",
        _ => string.Create(CultureInfo.InvariantCulture, $"http_{status}"),
    };

    [GeneratedRegex("opt(ed)?[ -]?out|unsubscribe", RegexOptions.IgnoreCase)]
    private static partial Regex OptedOut { get; }

    [GeneratedRegex("invalid to phone number", RegexOptions.IgnoreCase)]
    private static partial Regex BadNumber { get; }
}
