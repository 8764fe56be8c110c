using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>
/// Texts by Azure Communication Services, over its REST API: POST /sms of version 2021-03-07
/// (https://learn.microsoft.com/rest/api/communication/sms/send), GET /deliveryReports of version 2026-01-23.
/// </summary>
/// <param name="token">Null for a simulator on this machine.</param>
public sealed partial class AzureProvider(
    BackupSmsOptions options, AzureToken? token, ProviderClients clients, TimeProvider time) : ITextProvider
{
    private readonly Uri endpoint = new(options.Endpoint ?? "");

    public string Name => "azure";

    /// <summary>
    /// Handing the same text over again is safe: the request's id is the message's, by which Azure knows a repetition.
    /// </summary>
    public async Task<SendOutcome> SendAsync(OutgoingText text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(endpoint, "/sms?api-version=2021-03-07"))
        {
            Content = JsonContent.Create(Request(text), AzureSmsJson.Default.AzureSmsRequest),
        };
        if (!await AuthorizeAsync(request, cancellationToken))
        {
            return new SendOutcome.Refused("no_token");
        }

        cancellationToken.ThrowIfCancellationRequested();
        var call = clients.Call(address: null, CancellationToken.None);
        try
        {
            using var client = call.Client();
            using var response = await client.SendAsync(request, CancellationToken.None);
            return response.IsSuccessStatusCode
                ? Outcome(await ReadAsync(response, AzureSmsJson.Default.AzureSmsResponse, CancellationToken.None))
                : call.Failed(code: null, exception: null);
        }
        catch (Exception exception) when (IsSilence(exception))
        {
            return call.Status is null
                ? call.Failed(code: null, exception)
                : new SendOutcome.Unknown("connection_lost");
        }
        catch (JsonException)
        {
            return new SendOutcome.Unknown("bad_answer");
        }
    }

    /// <summary>
    /// By its id alone: Azure lists no texts. A report that is not there is no sign that the text is not, only that
    /// nobody has told what became of it.
    /// </summary>
    public async Task<LookOutcome> LookAsync(SentText text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.ProviderId is not { } id)
        {
            return new LookOutcome.Unavailable("not_offered");
        }

        using HttpRequestMessage request = new(
            HttpMethod.Get, new Uri(endpoint, $"/deliveryReports/{Uri.EscapeDataString(id)}?api-version=2026-01-23"));
        if (!await AuthorizeAsync(request, cancellationToken))
        {
            return new LookOutcome.Unavailable("no_token");
        }

        var call = clients.Call(address: null, cancellationToken);
        try
        {
            using var client = call.Client();
            using var response = await client.SendAsync(request, cancellationToken);
            return response switch
            {
                { StatusCode: HttpStatusCode.NotFound } => new LookOutcome.Found(id, "accepted", null),
                { IsSuccessStatusCode: true } =>
                    Found(id, await ReadAsync(response, AzureSmsJson.Default.AzureDeliveryReport, cancellationToken)),
                _ => new LookOutcome.Unavailable(call.FailedLook(exception: null)),
            };
        }
        catch (Exception exception) when (IsSilence(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new LookOutcome.Unavailable(call.FailedLook(exception));
        }
        catch (JsonException)
        {
            return new LookOutcome.Unavailable("bad_answer");
        }
    }

    /// <summary>False where no token could be had.</summary>
    private async Task<bool> AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (token is null)
        {
            return true;
        }

        if (await token.GetAsync(cancellationToken) is not { } bearer)
        {
            return false;
        }

        request.Headers.Authorization = new("Bearer", bearer);
        return true;
    }

    private static bool IsSilence(Exception exception) =>
        exception is HttpRequestException or OperationCanceledException or IOException;

    private static Task<T?> ReadAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        response.Content.ReadFromJsonAsync(type, cancellationToken);

    /// <summary>The details begin with a code: <c>2000: No Error</c>.</summary>
    private static LookOutcome Found(string id, AzureDeliveryReport? report) => report?.DeliveryStatus switch
    {
        null => new LookOutcome.Unavailable("bad_answer"),
        "Delivered" => new LookOutcome.Found(id, "delivered", null),
        var status => new LookOutcome.Found(
            id,
            status.ToLowerInvariant(),
            LeadingCode.Match(report.DeliveryStatusDetails ?? "") is { Success: true } code ? code.Value : "9999"),
    };

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

    [GeneratedRegex("^[0-9]{4}")]
    private static partial Regex LeadingCode { get; }

    [GeneratedRegex("opt(ed)?[ -]?out|unsubscribe", RegexOptions.IgnoreCase)]
    private static partial Regex OptedOut { get; }

    [GeneratedRegex("invalid to phone number", RegexOptions.IgnoreCase)]
    private static partial Regex BadNumber { get; }
}
