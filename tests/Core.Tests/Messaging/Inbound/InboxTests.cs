using RecoveryOS.Core.Messaging.Inbound;
using RecoveryOS.Core.Messaging.Replies;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Inbound;

public sealed class InboxTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TextClinic? opened;

    private TextClinic Clinic => opened ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await TextClinic.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Clinic.DisposeAsync();

    [Fact]
    public async Task Two_hundred_copies_are_one_check_in_and_one_reply()
    {
        await Clinic.EnrolAsync();
        var text = new InboundText(Clinic.NextSid(), TextClinic.Number, "80 2 15 7.5 20");

        var results = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(_ => Clinic.Inbox.ReceiveAsync(text, answered: true, CancellationToken)));

        Assert.Equal("check_in", Assert.Single(results, result => result.Reply is not null).Outcome);
        Assert.Equal(199, results.Count(result => result is { Outcome: "duplicate", Reply: null }));
        Assert.Equal("80 2 15 7.5 20 sms", await Clinic.ScalarAsync(
            "SELECT concat_ws(' ', adherence, mood_trend, cravings, sleep_hours, isolation, channel) FROM check_ins"));
    }

    [Fact]
    public async Task Parallel_answers_of_one_member_take_turns()
    {
        await Clinic.EnrolAsync();
        await Clinic.TextAsync("CHECKIN");
        // The member's row is held until both wait for it: each must see what the one before it left.
        await using var connection = await Clinic.Database.OpenConnectionAsync(CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken);
        await using (var hold = new Npgsql.NpgsqlCommand("SELECT FROM members FOR UPDATE", connection))
        {
            await hold.ExecuteNonQueryAsync(CancellationToken);
        }

        var both = Task.WhenAll(Clinic.TextAsync("1"), Clinic.TextAsync("2"));
        await WaitForAsync(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
            "2");
        await transaction.RollbackAsync(CancellationToken);

        var replies = (await both).Select(result => result.Reply);
        Assert.Equal([Say(ReplyName.AskMood), Say(ReplyName.AskCravings)], replies.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Copy_that_says_the_answer_was_lost_gets_the_first_answer_again()
    {
        await Clinic.EnrolAsync();
        var text = new InboundText(Clinic.NextSid(), TextClinic.Number, "80 2 15 7.5 20");
        var first = await Clinic.Inbox.ReceiveAsync(text, answered: true, CancellationToken);

        var copy = await Clinic.Inbox.ReceiveAsync(text with { AnswerLost = true }, answered: true, CancellationToken);

        Assert.Equal(Say(ReplyName.CheckInReceived), first.Reply);
        Assert.Equal(new("duplicate", first.Reply), copy);
        Assert.Equal("1", await Clinic.ScalarAsync("SELECT count(*) FROM check_ins"));
    }

    [Fact]
    public async Task Dialogue_resumes_after_a_pause_and_is_over_after_four_hours()
    {
        await Clinic.EnrolAsync();
        await Clinic.TextAsync("CHECKIN");
        await Clinic.ExecuteAsync("UPDATE dialogues SET updated_at = now() - interval '3 hours 59 minutes'");
        var resumed = await Clinic.TextAsync("80");
        await Clinic.ExecuteAsync("UPDATE dialogues SET updated_at = now() - interval '4 hours 1 second'");
        var over = await Clinic.TextAsync("2");

        Assert.Equal(new("answer", Say(ReplyName.AskMood)), resumed);
        Assert.NotEqual("answer", over.Outcome);
        Assert.NotEqual(Say(ReplyName.AskCravings), over.Reply);
    }

    [Fact]
    public async Task Guided_questions_end_in_a_check_in_of_the_answers()
    {
        await Clinic.EnrolAsync();
        foreach (var text in (string[])["CHECKIN", "80", "-2", "30", "6.5", "40"])
        {
            await Clinic.TextAsync(text);
        }

        Assert.Equal("80 -2 30 6.5 40", await Clinic.ScalarAsync(
            "SELECT concat_ws(' ', adherence, mood_trend, cravings, sleep_hours, isolation) FROM check_ins"));
        Assert.Equal("0", await Clinic.ScalarAsync("SELECT count(*) FROM dialogues"));
    }

    [Fact]
    public async Task Engagement_alert_is_opened_once_while_one_is_open()
    {
        await Clinic.EnrolAsync();
        await Clinic.TextAsync("it was a long day");
        await Clinic.TextAsync("it was a longer day");
        var open = await Clinic.QueryAsync("SELECT kind || ' ' || severity FROM alerts");
        await Clinic.ExecuteAsync("UPDATE alerts SET status = 'acknowledged', acknowledged_at = now()");
        await Clinic.TextAsync("another day");

        Assert.Equal(["engagement medium"], open);
        Assert.Equal("2", await Clinic.ScalarAsync("SELECT count(*) FROM alerts"));
    }

    [Fact]
    public async Task High_band_is_answered_with_the_crisis_line()
    {
        await Clinic.EnrolAsync();
        await Clinic.SetOnCallAsync("+15555550177");
        List<string?> replies = [];
        for (var i = 0; i < 3; i++)
        {
            replies.Add((await Clinic.TextAsync("0 -10 100 0 100")).Reply);
        }

        Assert.Equal([Say(ReplyName.CheckInReceived), Say(ReplyName.CheckInReceived), Say(ReplyName.Crisis)], replies);
        Assert.Equal(["risk high"], await Clinic.QueryAsync("SELECT kind || ' ' || severity FROM alerts"));
    }

    [Fact]
    public async Task Reply_of_a_text_that_waited_goes_to_the_outbox_by_what_it_says()
    {
        await Clinic.EnrolAsync();
        for (var i = 0; i < 3; i++)
        {
            await Clinic.Inbox.ReceiveAsync(
                new(Clinic.NextSid(), TextClinic.Number, "0 -10 100 0 100"), answered: false, CancellationToken);
        }

        Assert.Equal(
            ["reply_check_in_received", "reply_check_in_received", "reply_crisis"],
            await Clinic.QueryAsync("SELECT template FROM outbox ORDER BY id"));
    }

    private static string Say(ReplyName name) => ReplyTexts.Find(name, "en", "CA");

    private async Task WaitForAsync(string sql, string answer)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (await Clinic.ScalarAsync(sql) != answer)
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }
}
