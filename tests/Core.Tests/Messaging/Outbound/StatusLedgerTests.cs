using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

public sealed class StatusLedgerTests(PostgresFixture postgres) : IAsyncLifetime
{
    private SentTexts? opened;

    private SentTexts Texts => opened ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        opened = await SentTexts.OpenAsync(postgres, new AnsweringProvider("twilio"), new AnsweringProvider("azure"));

    public ValueTask DisposeAsync() => Texts.DisposeAsync();

    [Fact]
    public async Task Repeated_word_is_kept_once_and_one_with_another_error_is_another()
    {
        var id = await Texts.AddOneAsync();

        Assert.Equal(new StatusResult.Kept("accepted", "sent"), await Texts.TellAsync(id, "sent"));
        Assert.Equal(new StatusResult.Repeated(), await Texts.TellAsync(id, "sent"));
        await Texts.TellAsync(id, "undelivered", "30005");
        await Texts.TellAsync(id, "undelivered", "30006");

        Assert.Equal(
            ["callback sent", "callback undelivered 30005", "callback undelivered 30006"],
            await Texts.HistoryAsync(id));
        Assert.Equal(["undelivered 30005"], await Texts.QueryAsync(id, "state || ' ' || error_code"));
    }

    [Theory]
    [InlineData("sending")]
    [InlineData("unknown")]
    public async Task Callback_before_our_own_outcome_says_that_the_provider_has_the_text(string state)
    {
        var id = await Texts.AddOneAsync(state);

        await Texts.TellAsync(id, "queued");

        Assert.Equal(
            [$"accepted twilio {SentTexts.ProviderId(id)} true"],
            await Texts.QueryAsync(
                id, "concat_ws(' ', state, provider, provider_id, (dispatched_at IS NOT NULL)::text)"));
    }

    [Fact]
    public async Task Word_that_nobody_has_heard_of_is_kept_and_moves_nothing()
    {
        var id = await Texts.AddOneAsync("sent");

        Assert.Equal(new StatusResult.Kept("sent", "sent"), await Texts.TellAsync(id, "teleported"));

        Assert.Equal(["callback teleported"], await Texts.HistoryAsync(id));
    }

    [Theory]
    [InlineData("failed", "delivered")]
    [InlineData("delivered", "failed")]
    public async Task Delivery_beats_a_failure_and_the_conflict_is_recorded(string first, string second)
    {
        var id = await Texts.AddOneAsync();

        await Texts.TellAsync(id, first, first == "failed" ? "30005" : null);
        await Texts.TellAsync(id, second, second == "failed" ? "30005" : null);

        Assert.Equal(["delivered "], await Texts.QueryAsync(id, "state || ' ' || coalesce(error_code, '')"));
        Assert.Single(await Texts.HistoryAsync(id), line => line.StartsWith("conflict", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_after_delivered_is_no_conflict()
    {
        var id = await Texts.AddOneAsync();

        await Texts.TellAsync(id, "read");
        await Texts.TellAsync(id, "delivered");

        Assert.Equal(["callback read", "callback delivered"], await Texts.HistoryAsync(id));
    }

    [Fact]
    public async Task Failure_of_an_older_attempt_leaves_the_newer_one_alone_and_its_delivery_counts()
    {
        var id = await Texts.AddOneAsync("sent", "crisis");

        await Texts.TellAsync(id, "undelivered", "30003", SentTexts.Fence - 1);
        var after = await Texts.QueryAsync(id, "state::text");
        await Texts.TellAsync(id, "delivered", attempt: SentTexts.Fence - 1);

        Assert.Equal(["sent"], after);
        Assert.Equal(["delivered"], await Texts.QueryAsync(id, "state::text"));
    }

    [Theory]
    [InlineData("crisis", "queued azure 0", "failed_over undelivered 30003 undelivered")]
    [InlineData("alert", "queued azure 0", "failed_over undelivered 30003 undelivered")]
    [InlineData("message", "queued twilio 15", "retry undelivered 30003 undelivered")]
    public async Task Text_to_a_handset_that_is_off_goes_another_way_or_later(
        string textClass, string expected, string follows)
    {
        var id = await Texts.AddOneAsync(textClass: textClass);

        await Texts.TellAsync(id, "undelivered", "30003");
        // The order of the carrier's words decides nothing.
        await Texts.TellAsync(id, "sent");

        Assert.Equal(["callback undelivered 30003", follows, "callback sent"], await Texts.HistoryAsync(id));
        Assert.Equal([expected], await Texts.QueryAsync(id, """
            concat_ws(' ', state, CASE avoid_provider WHEN 'twilio' THEN 'azure' ELSE 'twilio' END,
                round(extract(epoch FROM due_at - now()) / 60))
            """));
    }

    [Fact]
    public async Task Handset_that_stays_off_is_tried_after_15_minutes_and_3_hours_and_then_no_more()
    {
        var id = await Texts.AddOneAsync();
        List<string> states = [];
        for (var attempt = SentTexts.Fence; attempt < SentTexts.Fence + 3; attempt++)
        {
            await Texts.Clinic.ExecuteAsync($"UPDATE outbox SET state = 'sent', fence = {attempt}");
            await Texts.TellAsync(id, "undelivered", "30003", attempt);
            states.AddRange(
                await Texts.QueryAsync(id, "state || ' ' || round(extract(epoch FROM due_at - now()) / 60)"));
        }

        Assert.Equal(["queued 15", "queued 180", "undelivered 180"], states);
    }

    [Fact]
    public async Task Text_that_would_be_too_late_is_not_tried_again()
    {
        var id = await Texts.AddOneAsync();
        await Texts.Clinic.ExecuteAsync("UPDATE outbox SET expires_at = now() + interval '10 minutes'");

        await Texts.TellAsync(id, "undelivered", "30003");

        Assert.Equal(["undelivered"], await Texts.QueryAsync(id, "state::text"));
    }

    [Fact]
    public async Task Crisis_goes_to_the_other_provider_once()
    {
        var id = await Texts.AddOneAsync(textClass: "crisis");
        await Texts.TellAsync(id, "undelivered", "30006");
        await Texts.Clinic.ExecuteAsync("UPDATE outbox SET state = 'sent', fence = 8");

        await Texts.TellAsync(id, "undelivered", "30006", 8);

        Assert.Equal(["undelivered"], await Texts.QueryAsync(id, "state::text"));
    }

    [Fact]
    public async Task Delivery_that_comes_after_a_failure_takes_the_text_out_of_the_queue()
    {
        var id = await Texts.AddOneAsync(textClass: "crisis");
        await Texts.TellAsync(id, "undelivered", "30003");

        await Texts.TellAsync(id, "delivered");

        Assert.Equal(["delivered"], await Texts.QueryAsync(id, "state::text"));
        Assert.Equal("conflict delivered", (await Texts.HistoryAsync(id))[^1]);
    }

    [Fact]
    public async Task Number_that_opted_out_is_in_the_ledger_and_gets_nothing_more()
    {
        var id = await Texts.AddOneAsync(textClass: "crisis");

        await Texts.TellAsync(id, "failed", "21610");

        Assert.Equal(["failed"], await Texts.QueryAsync(id, "state::text"));
        Assert.Equal(["stopped"], await Texts.Clinic.QueryAsync("SELECT status FROM opt_outs"));
    }

    [Fact]
    public async Task Who_asked_for_texts_after_the_attempt_still_gets_them()
    {
        var id = await Texts.AddOneAsync();
        await Texts.Clinic.ExecuteAsync("""
            INSERT INTO opt_outs (phone_hash, status, message_sid) SELECT phone_hash, 'started', 'SM1' FROM outbox
            """);

        await Texts.TellAsync(id, "failed", "21610");

        Assert.Equal(["started"], await Texts.Clinic.QueryAsync("SELECT status FROM opt_outs"));
    }

    [Fact]
    public async Task Text_that_is_found_by_the_providers_id_alone_is_ours()
    {
        var id = await Texts.AddOneAsync();
        await Texts.TellAsync(id, "queued");

        var result = await Texts.Ledger.ReceiveAsync(
            SentTexts.Callback(id, "delivered") with { MessageId = null, Attempt = null }, CancellationToken);

        Assert.Equal(new StatusResult.Kept("accepted", "delivered"), result);
    }

    [Fact]
    public async Task Text_that_is_not_ours_is_no_error()
    {
        Assert.Equal(new StatusResult.NotOurs(), await Texts.TellAsync(Guid.NewGuid(), "sent"));
        Assert.Equal(
            new StatusResult.NotOurs(),
            await Texts.Ledger.ReceiveAsync(new(null, null, "twilio", "SM0", "sent", null), CancellationToken));
    }
}
