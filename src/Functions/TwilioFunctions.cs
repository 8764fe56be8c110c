using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Messaging.Inbound;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Signatures;
using RecoveryOS.Functions.Access;
using RecoveryOS.Functions.Http;
using Twilio.TwiML;

namespace RecoveryOS.Functions;

/// <summary>Twilio's webhooks.</summary>
public sealed partial class TwilioFunctions(
    SignatureVerifier verifier, TextDoor door, StatusLedger statuses, ILogger<TwilioFunctions> logger)
{
    /// <summary>A text that came in. Twilio's fallback URL is this function too.</summary>
    [Function(nameof(ReceiveText)), Allow(Role.Twilio)]
    public async Task<Results<ContentHttpResult, StatusCodeHttpResult, ProblemHttpResult>> ReceiveText(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "webhooks/twilio/inbound")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        switch (verifier.Verify(await ReadAsync(request, cancellationToken)))
        {
            case Verdict.Accepted accepted:
                return InboundFields.Read(accepted.Fields) is { } text
                    ? TwiML((await door.ReceiveAsync(text, cancellationToken)).Reply)
                    : Problem.Validation(
                        request.HttpContext, "MessageSid", "MessageSid, From and Body are required, once each");
            case Verdict.Refused refused:
                WebhookRefused(logger, refused.Reason);
                return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
            default:
                throw new InvalidOperationException("a verdict is one of two");
        }
    }

    /// <summary>
    /// What became of a text of ours. A word that is not kept is not sent again: the reconciler asks for it.
    /// </summary>
    [Function(nameof(ReceiveStatus)), Allow(Role.Twilio)]
    public async Task<Results<NoContent, StatusCodeHttpResult>> ReceiveStatus(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "webhooks/twilio/status")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var webhook = await ReadAsync(request, cancellationToken);
        switch (verifier.Verify(webhook))
        {
            case Verdict.Accepted accepted:
                if (StatusCallback.Read(accepted.Fields, webhook.Target) is { } callback)
                {
                    await statuses.ReceiveAsync(callback, cancellationToken);
                }
                else
                {
                    StatusUnreadable(logger);
                }

                return TypedResults.NoContent();
            case Verdict.Refused refused:
                WebhookRefused(logger, refused.Reason);
                return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
            default:
                throw new InvalidOperationException("a verdict is one of two");
        }
    }

    private static ContentHttpResult TwiML(string? reply)
    {
        var response = new MessagingResponse();
        if (reply is not null)
        {
            response.Message(reply);
        }

        return TypedResults.Content(response.ToString(), "application/xml");
    }

    private static async Task<WebhookRequest> ReadAsync(
        HttpRequest request, CancellationToken cancellationToken) => new()
        {
            Method = request.Method,
            Target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "",
            Headers = [.. request.Headers.SelectMany(
                header => header.Value.Select(value => KeyValuePair.Create(header.Key, value ?? "")))],
            Body = await request.ReadBytesAsync(cancellationToken),
        };

    [LoggerMessage(EventName = "webhook_refused", Level = LogLevel.Warning, Message = "{reason}")]
    private static partial void WebhookRefused(ILogger logger, Refusal reason);

    [LoggerMessage(EventName = "status_unreadable", Level = LogLevel.Warning,
        Message = "a signed status callback without one MessageSid and one MessageStatus")]
    private static partial void StatusUnreadable(ILogger logger);
}
