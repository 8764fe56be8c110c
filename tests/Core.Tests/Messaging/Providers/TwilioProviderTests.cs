using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Tests.Messaging.Providers;

public sealed class TwilioProviderTests : IAsyncLifetime
{
    private ProviderStage? opened;

    public static TheoryData<string> Refusals =>
    [
        "20003", "21211", "21408", "21603", "21606", "21610", "21611", "21612", "21614", "21617", "21635", "21701",
        "21705", "63038", "99999",
    ];

    private ProviderStage Stage => opened ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await ProviderStage.OpenAsync(new() { Delivers = false });

    public ValueTask DisposeAsync() => Stage.DisposeAsync();

    [Fact]
    public async Task A_text_is_taken_with_our_id_in_the_address_of_its_callbacks()
    {
        var text = ProviderStage.Text();

        var accepted = Assert.IsType<SendOutcome.Accepted>(await SendAsync(text));

        var taken = Assert.Single(Stage.TwilioServer.Messages);
        Assert.Equal((taken.Sid, "queued"), (accepted.ProviderId, accepted.Status));
        Assert.Equal(
            (ProviderStage.Number, ProviderStage.OwnNumber, "Hello", 3600, text.MessageId.ToString(), "7"),
            (taken.To, taken.From, taken.Body, taken.ValiditySeconds, taken.MessageId, taken.Attempt));
        Assert.Equal(
            $"https://texts.example.org/webhooks/twilio/status?message={text.MessageId}&attempt=7",
            taken.StatusCallback);
    }

    [Fact]
    public async Task A_messaging_service_sends_where_there_is_one_and_an_api_key_proves_who_we_are()
    {
        var twilio = Stage.CreateTwilio(new()
        {
            AccountSid = ProviderStage.AccountSid,
            AuthToken = "not-this-one",
            ApiKeySid = ProviderStage.KeySid,
            ApiKeySecret = ProviderStage.KeySecret,
            MessagingServiceSid = "MG0123456789abcdef0123456789abcdef",
            Numbers = [ProviderStage.OwnNumber],
            ApiBaseUrl = Stage.TwilioServer.Address.ToString(),
        });

        var accepted = Assert.IsType<SendOutcome.Accepted>(
            await twilio.SendAsync(ProviderStage.Text(), CancellationToken));

        Assert.Equal("accepted", accepted.Status);
        var taken = Assert.Single(Stage.TwilioServer.Messages);
        Assert.Equal((null, "MG0123456789abcdef0123456789abcdef"), (taken.From, taken.MessagingServiceSid));
    }

    [Fact]
    public async Task Wrong_credentials_are_a_refusal()
    {
        var twilio = Stage.CreateTwilio(new()
        {
            AccountSid = ProviderStage.AccountSid,
            AuthToken = "wrong",
            Numbers = [ProviderStage.OwnNumber],
            ApiBaseUrl = Stage.TwilioServer.Address.ToString(),
        });

        Assert.Equal(
            new SendOutcome.Refused("20003"), await twilio.SendAsync(ProviderStage.Text(), CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_keeps_its_code(string code)
    {
        Stage.TwilioServer.Faults = new() { Refusals = new Dictionary<string, string> { ["*"] = code } };

        Assert.Equal(new SendOutcome.Refused(code), await SendAsync());
        Assert.Empty(Stage.TwilioServer.Messages);
    }

    [Fact]
    public async Task Too_many_requests_are_a_refusal_with_the_wait_that_was_asked_for()
    {
        Stage.TwilioServer.Faults = new() { TooMany = 1, RetryAfterSeconds = 7 };
        Assert.Equal(new SendOutcome.Refused("20429", TimeSpan.FromSeconds(7)), await SendAsync());

        Stage.TwilioServer.Faults = new() { TooMany = 1, RetryAfterSeconds = null };
        Assert.Equal(new SendOutcome.Refused("20429"), await SendAsync());
        Assert.Empty(Stage.TwilioServer.Messages);
    }

    [Fact]
    public async Task A_lost_answer_is_unknown_and_the_text_is_not_handed_over_twice()
    {
        Stage.TwilioServer.Faults = Stage.TwilioServer.Faults with { LostAnswers = 1 };

        Assert.Equal(new SendOutcome.Unknown("connection_lost"), await SendAsync());

        // The connection came from the pool, where a library may be tempted to repeat the request.
        Stage.TwilioServer.Faults = Stage.TwilioServer.Faults with { LostAnswers = 0 };
        Assert.IsType<SendOutcome.Accepted>(await SendAsync());
        Stage.TwilioServer.Faults = Stage.TwilioServer.Faults with { LostAnswers = 1 };
        Assert.Equal(new SendOutcome.Unknown("connection_lost"), await SendAsync());

        Assert.Equal((3, 3), (Stage.TwilioServer.Count, Stage.TwilioServer.Requests));
    }

    [Fact]
    public async Task A_lost_request_is_unknown_too()
    {
        Stage.TwilioServer.Faults = new() { LostRequests = 1 };

        Assert.Equal(new SendOutcome.Unknown("connection_lost"), await SendAsync());
        Assert.Equal((0, 1), (Stage.TwilioServer.Count, Stage.TwilioServer.Requests));
    }

    [Fact]
    public async Task An_error_there_is_unknown_whether_the_text_was_taken_or_not()
    {
        Stage.TwilioServer.Faults = new() { ErrorsAfterTaking = 1, Delivers = false };
        Assert.Equal(new SendOutcome.Unknown("http_500"), await SendAsync());

        Stage.TwilioServer.Faults = new() { ErrorsBeforeTaking = 1 };
        Assert.Equal(new SendOutcome.Unknown("http_503"), await SendAsync());
        Assert.Equal((1, 2), (Stage.TwilioServer.Count, Stage.TwilioServer.Requests));
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_is_unknown_after_ten_seconds()
    {
        Stage.TwilioServer.Faults = new() { Slow = 1, SlowMilliseconds = 60_000 };
        var started = TimeProvider.System.GetTimestamp();

        Assert.Equal(new SendOutcome.Unknown("timeout"), await SendAsync());
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 9.5, 40);
    }

    [Fact]
    public async Task A_connection_that_was_never_made_is_a_refusal()
    {
        await Stage.TwilioServer.StopAsync();

        Assert.Equal(new SendOutcome.Refused("http_connect"), await SendAsync());
        Assert.Equal(
            new LookOutcome.Unavailable("connection_lost"),
            await Stage.Twilio.LookAsync(ProviderStage.Sent(ProviderStage.Text(), "SM1"), CancellationToken));
    }

    [Fact]
    public async Task A_canceled_caller_hands_nothing_over()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Stage.Twilio.SendAsync(ProviderStage.Text(), new CancellationToken(canceled: true)));
        Assert.Equal(0, Stage.TwilioServer.Requests);
    }

    private Task<SendOutcome> SendAsync(OutgoingText? text = null) =>
        Stage.Twilio.SendAsync(text ?? ProviderStage.Text(), CancellationToken);
}
