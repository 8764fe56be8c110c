using System.Globalization;
using RecoveryOS.Core.Messaging.Signatures;
using Twilio.Base;
using Twilio.Clients;
using Twilio.Exceptions;
using Twilio.Http;
using Twilio.Rest.Api.V2010.Account;

namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>Texts by Twilio's Messages API.</summary>
/// <param name="statusUrl">Where Twilio tells what became of a text; null where nobody can be told.</param>
public sealed class TwilioProvider(TwilioOptions options, PublicBaseUrl? statusUrl, ProviderClients clients)
    : ITextProvider
{
    private const int NotFound = 20404;
    private const int LongestValidity = 36000;

    /// <summary>A number gets a few texts a day, so that one page reaches back for weeks.</summary>
    private const int PageSize = 100;

    /// <summary>Twilio's clock and ours may differ, and Twilio writes whole seconds.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>A POST that began then was taken by then, or not at all.</summary>
    private static readonly TimeSpan LatestTaken = ProviderClients.Timeout + ClockSkew;

    private readonly Uri? address = options.ApiBaseUrl is { Length: > 0 } text ? new(text) : null;

    public string Name => "twilio";

    public async Task<SendOutcome> SendAsync(OutgoingText text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        cancellationToken.ThrowIfCancellationRequested();
        var call = clients.Call(address, CancellationToken.None);
        try
        {
            var message = await MessageResource.CreateAsync(Message(text), Client(call));
            return message is { Sid: { Length: > 0 } sid }
                ? new SendOutcome.Accepted(sid, message.Status?.ToString() ?? "accepted")
                : call.Failed(code: null, exception: null);
        }
        catch (ApiException exception)
        {
            return call.Failed(exception.Code > 0 ? Text(exception.Code) : null, exception);
        }
        catch (ApiConnectionException exception)
        {
            return call.Failed(code: null, exception);
        }
        catch (Exception exception) when (call.WasSent)
        {
            // An answer that the library could not read. The text may be on its way all the same.
            return call.Failed(code: null, exception);
        }
    }

    public async Task<LookOutcome> LookAsync(SentText text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        var call = clients.Call(address, cancellationToken);
        try
        {
            return text.ProviderId is { } id ? await FetchAsync(id, call) : await SearchAsync(text, call);
        }
        catch (ApiException exception) when (exception.Code == NotFound && text.ProviderId is not null)
        {
            return new LookOutcome.Absent();
        }
        catch (Exception exception)
        {
            // Whatever the library throws, nothing was learnt; the reason says of what kind it was.
            cancellationToken.ThrowIfCancellationRequested();
            return new LookOutcome.Unavailable(call.FailedLook(exception));
        }
    }

    private async Task<LookOutcome> FetchAsync(string id, ProviderCall call) =>
        Found(await MessageResource.FetchAsync(id, pathAccountSid: null, Client(call)));

    /// <summary>
    /// By number and words among the number's newest texts. The list is not narrowed by the time of sending, which a
    /// text that still waits at Twilio does not have.
    /// </summary>
    private async Task<LookOutcome> SearchAsync(SentText text, ProviderCall call)
    {
        ReadMessageOptions newest = new() { To = text.To.E164, PageSize = PageSize };
        var page = await MessageResource.ReadAsync(newest, Client(call));
        page.AutoPaging = false;
        return Matches(page, text).OrderBy(message => message.DateCreated).FirstOrDefault() is { } message
            ? Found(message)
            : new LookOutcome.Absent();
    }

    private static IEnumerable<MessageResource> Matches(ResourceSet<MessageResource> messages, SentText text)
    {
        var from = (text.SentAt - ClockSkew).UtcDateTime;
        var to = (text.SentAt + LatestTaken).UtcDateTime;
        return messages.Where(message =>
            message.Body == text.Body
            && message.To == text.To.E164
            // The official package gives local time.
            && message.DateCreated?.ToUniversalTime() is { } created
            && created >= from
            && created <= to
            && !text.OtherProviderIds.Contains(message.Sid));
    }

    private static LookOutcome.Found Found(MessageResource message) => new(
        message.Sid,
        message.Status.ToString(),
        message.ErrorCode is { } code and > 0 ? Text(code) : null);

    private CreateMessageOptions Message(OutgoingText text)
    {
        CreateMessageOptions message = new(text.To.E164)
        {
            Body = text.Body,
            ValidityPeriod = Math.Clamp((int)text.Validity.TotalSeconds, 1, LongestValidity),
        };
        if (options.MessagingServiceSid is { Length: > 0 } service)
        {
            message.MessagingServiceSid = service;
        }
        else
        {
            message.From = options.OwnNumbers[0];
        }

        // Twilio refuses a text whose callbacks would go to a machine that only we reach.
        if (statusUrl is not null && (address is not null || !new Uri(statusUrl.Text).IsLoopback))
        {
            message.StatusCallback = new(string.Create(
                CultureInfo.InvariantCulture,
                $"{statusUrl.Text}/webhooks/twilio/status?message={text.MessageId}&attempt={text.Fence}"));
        }

        return message;
    }

    /// <summary>A restricted API key where there is one, so that the token only signs.</summary>
    private TwilioRestClient Client(ProviderCall call)
    {
        SystemNetHttpClient client = new(call.Client());
        return options.HasApiKey
            ? new(options.ApiKeySid, options.ApiKeySecret, options.AccountSid, httpClient: client)
            : new(options.AccountSid, options.AuthToken, httpClient: client);
    }

    private static string Text(int code) => code.ToString(CultureInfo.InvariantCulture);
}
