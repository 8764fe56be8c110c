using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace RecoveryOS.Simulators;

/// <summary>
/// Twilio's Messages API on this machine: create, fetch and list, and signed status callbacks
/// (https://www.twilio.com/docs/messaging/api/message-resource).
/// </summary>
public sealed class TwilioServer : SimulatorServer
{
    private readonly TwilioCredentials credentials;
    private readonly TwilioDelivery delivery;
    private readonly string messagesPath;

    public TwilioServer(TwilioCredentials credentials, Faults? faults = null, int? seed = null)
        : base(faults, seed)
    {
        this.credentials = credentials;
        delivery = new(credentials, () => Faults, Dice);
        messagesPath = $"/2010-04-01/Accounts/{credentials.AccountSid}/Messages";
    }

    /// <summary>Status callbacks that were posted, whatever the answer.</summary>
    public int Callbacks => delivery.Callbacks;

    /// <summary>Answers to status callbacks that were not 2xx, and callbacks that nobody answered.</summary>
    public int FailedCallbacks => delivery.FailedCallbacks;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await delivery.DisposeAsync();
    }

    private protected override Task AnswerAsync(HttpContext context)
    {
        if (!credentials.Allow(context.Request.Headers.Authorization))
        {
            return TwilioAnswers.ErrorAsync(context, 401, 20003, "Authenticate");
        }

        var path = context.Request.Path.Value ?? "";
        return (context.Request.Method, path) switch
        {
            ("POST", _) when path == $"{messagesPath}.json" => CreateAsync(context),
            ("GET", _) when path == $"{messagesPath}.json" => ListAsync(context),
            ("GET", _) when path.StartsWith($"{messagesPath}/", StringComparison.Ordinal) => FetchAsync(context, path),
            _ => NotFoundAsync(context),
        };
    }

    private async Task CreateAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (TwilioRules.Refusal(form, Faults) is var (code, message))
        {
            await TwilioAnswers.ErrorAsync(context, code == 20003 ? 401 : 400, code, message);
            return;
        }

        await TakeAsync(
            context,
            take: () =>
            {
                var text = Text(form);
                Keep(text);
                delivery.Begin(text);
                return () => TwilioAnswers.MessageAsync(context, 201, text, credentials.AccountSid);
            },
            refuse: status => status == 429
                ? TwilioAnswers.ErrorAsync(context, 429, 20429, "Too Many Requests")
                : TwilioAnswers.ErrorAsync(context, status, 20500, "An internal server error has occurred"));
    }

    private Task FetchAsync(HttpContext context, string path) =>
        path.EndsWith(".json", StringComparison.Ordinal)
        && BySid(path[(messagesPath.Length + 1)..^".json".Length]) is { } text
            ? TwilioAnswers.MessageAsync(context, 200, text, credentials.AccountSid)
            : NotFoundAsync(context);

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var to = query["To"].ToString();
        var found = TwilioRules.Filter(to == "" ? Messages : To(to), query)
            .OrderByDescending(text => text.CreatedAt)
            .ToList();
        return TwilioAnswers.PageAsync(context, found, credentials.AccountSid, $"{messagesPath}.json");
    }

    private static Task NotFoundAsync(HttpContext context) => TwilioAnswers.ErrorAsync(
        context, 404, 20404, $"The requested resource {context.Request.Path} was not found");

    private static TakenText Text(IFormCollection form)
    {
        var callback = form["StatusCallback"].ToString();
        var ours = callback == "" ? [] : QueryHelpers.ParseQuery(new Uri(callback).Query);
        var service = form["MessagingServiceSid"].ToString();
        TakenText text = new()
        {
            Sid = $"SM{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}",
            To = form["To"].ToString(),
            From = form["From"].ToString() is { Length: > 0 } from ? from : null,
            MessagingServiceSid = service == "" ? null : service,
            Body = form["Body"].ToString(),
            ValiditySeconds = int.TryParse(form["ValidityPeriod"], CultureInfo.InvariantCulture, out var seconds)
                ? seconds
                : null,
            StatusCallback = callback == "" ? null : callback,
            MessageId = ours.GetValueOrDefault("message"),
            Attempt = ours.GetValueOrDefault("attempt"),
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };
        text.Become(service == "" ? "queued" : "accepted", text.CreatedAt);
        return text;
    }
}
