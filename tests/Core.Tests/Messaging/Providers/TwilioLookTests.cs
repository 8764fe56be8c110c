using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Tests.Messaging.Providers;

public sealed class TwilioLookTests : IAsyncLifetime
{
    private ProviderStage? opened;

    private ProviderStage Stage => opened ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await ProviderStage.OpenAsync(new() { Delivers = false });

    public ValueTask DisposeAsync() => Stage.DisposeAsync();

    [Fact]
    public async Task A_text_is_found_by_its_id()
    {
        var text = ProviderStage.Text();
        var sid = await TakeAsync(text);

        Assert.Equal(new LookOutcome.Found(sid, "queued", null), await LookAsync(ProviderStage.Sent(text, sid)));
        Assert.IsType<LookOutcome.Absent>(await LookAsync(ProviderStage.Sent(text, $"SM{Guid.Empty:N}")));
    }

    [Fact]
    public async Task A_text_whose_answer_was_lost_is_found_by_number_words_and_time()
    {
        var text = ProviderStage.Text(body: "See you at 9");
        Stage.TwilioServer.Faults = Stage.TwilioServer.Faults with { LostAnswers = 1 };
        Assert.IsType<SendOutcome.Unknown>(await Stage.Twilio.SendAsync(text, CancellationToken));
        Stage.TwilioServer.Faults = Stage.TwilioServer.Faults with { LostAnswers = 0 };
        await TakeAsync(ProviderStage.Text(body: "Something else"));
        await TakeAsync(ProviderStage.Text(to: "+15550100124", body: "See you at 9"));

        var sid = Stage.TwilioServer.Messages.Single(taken => taken.MessageId == text.MessageId.ToString()).Sid;
        Assert.Equal(new LookOutcome.Found(sid, "queued", null), await LookAsync(ProviderStage.Sent(text)));
    }

    [Fact]
    public async Task A_text_that_was_never_taken_is_absent_though_others_say_the_same()
    {
        var text = ProviderStage.Text();
        var known = await TakeAsync(ProviderStage.Text());
        var now = TimeProvider.System.GetUtcNow();

        Assert.IsType<LookOutcome.Found>(await LookAsync(ProviderStage.Sent(text)));
        Assert.IsType<LookOutcome.Absent>(
            await LookAsync(ProviderStage.Sent(text) with { OtherProviderIds = [known] }));
        Assert.IsType<LookOutcome.Absent>(await LookAsync(ProviderStage.Sent(text, at: now.AddHours(1))));
        Assert.IsType<LookOutcome.Absent>(await LookAsync(ProviderStage.Sent(text, at: now.AddHours(-1))));
    }

    [Fact]
    public async Task A_failed_text_is_found_with_its_code()
    {
        Stage.TwilioServer.Faults = new()
        {
            StepMilliseconds = 0,
            DeliveryErrors = new Dictionary<string, string> { ["*"] = "30005" },
        };
        var text = ProviderStage.Text();
        var sid = await TakeAsync(text);

        LookOutcome found;
        do
        {
            CancellationToken.ThrowIfCancellationRequested();
            found = await LookAsync(ProviderStage.Sent(text, sid));
        }
        while (found is LookOutcome.Found { Status: not "undelivered" });

        Assert.Equal(new LookOutcome.Found(sid, "undelivered", "30005"), found);
    }

    [Fact]
    public async Task Whoever_is_refused_an_answer_knows_nothing()
    {
        var twilio = Stage.CreateTwilio(new()
        {
            AccountSid = ProviderStage.AccountSid,
            AuthToken = "wrong",
            Numbers = [ProviderStage.OwnNumber],
            ApiBaseUrl = Stage.TwilioServer.Address.ToString(),
        });

        Assert.Equal(
            new LookOutcome.Unavailable("http_401"),
            await twilio.LookAsync(ProviderStage.Sent(ProviderStage.Text()), CancellationToken));
    }

    private Task<LookOutcome> LookAsync(SentText text) => Stage.Twilio.LookAsync(text, CancellationToken);

    private async Task<string> TakeAsync(OutgoingText text) =>
        Assert.IsType<SendOutcome.Accepted>(await Stage.Twilio.SendAsync(text, CancellationToken)).ProviderId;
}
