using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Tests.Messaging.Providers;

/// <summary>That the simulator does what other tests take for granted.</summary>
public sealed class TwilioSimulatorTests : IAsyncLifetime
{
    private CallbackReceiver? started;
    private ProviderStage? opened;

    private CallbackReceiver Receiver => started ?? throw new InvalidOperationException("not started");

    private ProviderStage Stage => opened ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        started = await CallbackReceiver.StartAsync(CancellationToken);
        opened = await ProviderStage.OpenAsync(new() { StepMilliseconds = 1 });
    }

    public async ValueTask DisposeAsync()
    {
        await Receiver.DisposeAsync();
        await Stage.DisposeAsync();
    }

    [Fact]
    public async Task It_tells_of_each_state_in_order_and_signed()
    {
        var text = await SendAsync();

        await WaitAsync(() => Receiver.Signed.Count >= 3);

        var id = text.MessageId.ToString();
        Assert.Equal([(id, "sending", null), (id, "sent", null), (id, "delivered", null)], Receiver.Signed);
        Assert.Equal(0, Receiver.Unsigned);
    }

    [Theory]
    [InlineData("30005", "undelivered")]
    [InlineData("30001", "failed")]
    public async Task It_fails_texts_with_the_code_that_it_was_given(string code, string status)
    {
        Stage.TwilioServer.Faults = Stage.TwilioServer.Faults with
        {
            DeliveryErrors = new Dictionary<string, string> { ["*"] = code },
        };
        await SendAsync();

        await WaitAsync(() => Receiver.Signed.Count >= 3);

        Assert.Equal((status, code), (Receiver.Signed.Last().Status, Receiver.Signed.Last().Error));
        Assert.All(Receiver.Signed.Take(2), callback => Assert.Null(callback.Error));
    }

    [Fact]
    public async Task It_repeats_and_reorders_callbacks()
    {
        Stage.TwilioServer.Faults = Stage.TwilioServer.Faults with { DuplicateCallbacks = 1, ReorderedCallbacks = 1 };
        for (var i = 0; i < 10; i++)
        {
            await SendAsync();
        }

        await WaitAsync(() => Receiver.Signed.Count >= 60);

        Assert.All(
            Receiver.Signed.GroupBy(callback => (callback.Message, callback.Status)),
            copies => Assert.Equal(2, copies.Count()));
        Assert.Contains(
            Receiver.Signed.GroupBy(callback => callback.Message), texts => texts.Last().Status != "delivered");
    }

    [Fact]
    public async Task It_keeps_silent_about_texts_whose_callbacks_are_dropped_and_knows_their_end_when_asked()
    {
        Stage.TwilioServer.Faults = Stage.TwilioServer.Faults with { DroppedCallbacks = 1 };
        await SendAsync();

        await WaitAsync(() => Stage.TwilioServer.Messages[0].Status == "delivered");

        Assert.Empty(Receiver.Signed);
        Assert.Equal(0, Stage.TwilioServer.Callbacks);
    }

    [Fact]
    public async Task It_lists_newest_first_a_page_at_a_time()
    {
        for (var i = 0; i < 5; i++)
        {
            await SendAsync(body: $"Text {i}");
        }

        await SendAsync(to: "+15550100124");
        using var client = Client();
        List<string?> bodies = [];
        var next = $"/2010-04-01/Accounts/{ProviderStage.AccountSid}/Messages.json?To=%2B15550100123&PageSize=2";
        while (next is not null)
        {
            using var page = JsonDocument.Parse(await client.GetStringAsync(next, CancellationToken));
            bodies.AddRange(page.RootElement.GetProperty("messages").EnumerateArray()
                .Select(message => message.GetProperty("body").GetString()));
            next = page.RootElement.GetProperty("next_page_uri").GetString();
        }

        Assert.Equal(["Text 4", "Text 3", "Text 2", "Text 1", "Text 0"], bodies);
    }

    [Fact]
    public async Task Its_faults_are_set_over_http()
    {
        using var client = Client();

        using var set = await client.PutAsync("/simulator/faults", Json("""{"too_many":1}"""), CancellationToken);
        using var wrong = await client.PutAsync("/simulator/faults", Json("""{"too_few":1}"""), CancellationToken);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.BadRequest), (set.StatusCode, wrong.StatusCode));
        Assert.Equal(1, Stage.TwilioServer.Faults.TooMany);
        Assert.IsType<SendOutcome.Refused>(await Stage.Twilio.SendAsync(ProviderStage.Text(), CancellationToken));
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }

    private HttpClient Client()
    {
        var credentials = Convert.ToBase64String(
            Encoding.UTF8.GetBytes($"{ProviderStage.AccountSid}:{ProviderStage.Token}"));
        return new()
        {
            BaseAddress = Stage.TwilioServer.Address,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Basic", credentials) },
        };
    }

    private async Task<OutgoingText> SendAsync(string to = ProviderStage.Number, string body = "Hello")
    {
        var twilio = Stage.CreateTwilio(
            new()
            {
                AccountSid = ProviderStage.AccountSid,
                AuthToken = ProviderStage.Token,
                Numbers = [ProviderStage.OwnNumber],
                ApiBaseUrl = Stage.TwilioServer.Address.ToString(),
            },
            Receiver.Url);
        var text = ProviderStage.Text(to, body);
        Assert.IsType<SendOutcome.Accepted>(await twilio.SendAsync(text, CancellationToken));
        return text;
    }
}
