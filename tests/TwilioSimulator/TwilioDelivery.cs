using System.Threading.Channels;

namespace RecoveryOS.Simulators;

/// <summary>Takes each text through its states, and tells the sender of each.</summary>
internal sealed class TwilioDelivery : IAsyncDisposable
{
    private const int Couriers = 32;

    /// <summary>Failures that a carrier reports; the others are Twilio's own.</summary>
    private static readonly string[] Undelivered = ["30003", "30004", "30005", "30006", "30007", "30008"];

    private readonly TwilioCredentials credentials;
    private readonly Func<Faults> faults;
    private readonly Dice dice;
    private readonly Channel<TakenText> texts = Channel.CreateUnbounded<TakenText>();
    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(15) };
    private readonly Task work;
    private int callbacks;
    private int failedCallbacks;

    public TwilioDelivery(TwilioCredentials credentials, Func<Faults> faults, Dice dice)
    {
        this.credentials = credentials;
        this.faults = faults;
        this.dice = dice;
        work = Task.WhenAll(Enumerable.Range(0, Couriers).Select(_ => Task.Run(DeliverAsync)));
    }

    public int Callbacks => callbacks;

    public int FailedCallbacks => failedCallbacks;

    public void Begin(TakenText text)
    {
        if (faults().Delivers)
        {
            texts.Writer.TryWrite(text);
        }
    }

    public async ValueTask DisposeAsync()
    {
        texts.Writer.TryComplete();
        await stop.CancelAsync();
        await work.ContinueWith(static _ => { }, TaskScheduler.Default);
        client.Dispose();
        stop.Dispose();
    }

    private async Task DeliverAsync()
    {
        await foreach (var text in texts.Reader.ReadAllAsync(stop.Token))
        {
            await DeliverAsync(text);
        }
    }

    private async Task DeliverAsync(TakenText text)
    {
        var today = faults();
        var error = Faults.For(today.DeliveryErrors, text.To);
        var last = error is null ? "delivered" : Undelivered.Contains(error) ? "undelivered" : "failed";
        // There is no callback for the first state: the answer says it.
        string[] states = text.MessagingServiceSid is null
            ? ["sending", "sent", last]
            : ["queued", "sending", "sent", last];
        var calls = states
            .SelectMany(state => Enumerable.Repeat(state, dice.Falls(today.DuplicateCallbacks) ? 2 : 1))
            .ToArray();
        if (dice.Falls(today.ReorderedCallbacks))
        {
            dice.Shuffle(calls);
        }

        foreach (var state in calls)
        {
            await Task.Delay(today.StepMilliseconds, stop.Token);
            var code = state == last ? error : null;
            // What the text is does not depend on the order in which callbacks arrive.
            if (text.Status != last)
            {
                text.Become(state, TimeProvider.System.GetUtcNow(), code);
            }

            if (text.StatusCallback is not null && !dice.Falls(today.DroppedCallbacks))
            {
                await CallAsync(new(text.StatusCallback), Fields(text, state, code));
            }
        }
    }

    private async Task CallAsync(Uri url, List<KeyValuePair<string, string>> fields)
    {
        Interlocked.Increment(ref callbacks);
        using HttpRequestMessage request = new(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Add("X-Twilio-Signature", TwilioSignature.Of(url, fields, credentials.AuthToken));
        request.Headers.UserAgent.ParseAdd("TwilioProxy/1.1");
        try
        {
            using var answer = await client.SendAsync(request, stop.Token);
            if (!answer.IsSuccessStatusCode)
            {
                Interlocked.Increment(ref failedCallbacks);
            }
        }
        catch (HttpRequestException)
        {
            Interlocked.Increment(ref failedCallbacks);
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            Interlocked.Increment(ref failedCallbacks);
        }
    }

    private List<KeyValuePair<string, string>> Fields(TakenText text, string state, string? code)
    {
        List<KeyValuePair<string, string>> fields =
        [
            new("AccountSid", credentials.AccountSid),
            new("ApiVersion", "2010-04-01"),
            new("From", text.From ?? ""),
            new("MessageSid", text.Sid),
            new("MessageStatus", state),
            new("SmsSid", text.Sid),
            new("SmsStatus", state),
            new("To", text.To),
        ];
        if (text.MessagingServiceSid is { } service)
        {
            fields.Add(new("MessagingServiceSid", service));
        }

        if (code is not null)
        {
            fields.Add(new("ErrorCode", code));
        }

        return fields;
    }
}
