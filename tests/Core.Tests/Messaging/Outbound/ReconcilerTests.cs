using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

public sealed class ReconcilerTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly AnsweringProvider azure = new("azure", _ => new LookOutcome.Unavailable("not_offered"));
    private Func<SentText, LookOutcome> twilioSays = _ => throw new InvalidOperationException("nothing is to be asked");
    private AnsweringProvider? twilio;
    private SentTexts? opened;

    private SentTexts Texts => opened ?? throw new InvalidOperationException("not opened");

    private AnsweringProvider Twilio => twilio ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        twilio = new("twilio", text => twilioSays(text));
        opened = await SentTexts.OpenAsync(postgres, twilio, azure);
    }

    public ValueTask DisposeAsync() => Texts.DisposeAsync();

    [Theory]
    [InlineData("unknown", "reminder", 19, 0)]
    [InlineData("unknown", "reminder", 21, 1)]
    [InlineData("accepted", "crisis", 119, 0)]
    [InlineData("accepted", "crisis", 121, 1)]
    [InlineData("sent", "alert", 121, 1)]
    [InlineData("sent", "reply", 3_599, 0)]
    [InlineData("sent", "reply", 3_601, 1)]
    [InlineData("accepted", "reminder", 3_601, 1)]
    [InlineData("delivered", "crisis", 7_200, 0)]
    [InlineData("queued", "crisis", 7_200, 0)]
    [InlineData("sending", "crisis", 7_200, 0)]
    public async Task Text_is_asked_after_when_its_end_should_be_known_and_then_not_at_once_again(
        string state, string textClass, int age, int expected)
    {
        twilioSays = _ => new LookOutcome.Unavailable("timeout");
        await Texts.AddOneAsync(state, textClass, age);

        var asked = await Texts.Reconciler.RunAsync(CancellationToken);

        Assert.Equal((expected, 0), (asked, await Texts.Reconciler.RunAsync(CancellationToken)));
    }

    [Fact]
    public async Task Every_text_ends_within_two_runs_though_no_callback_ever_came()
    {
        twilioSays = text => new LookOutcome.Found(
            text.ProviderId ?? SentTexts.ProviderId(text.MessageId), "delivered", null);
        foreach (var textClass in (string[])["crisis", "alert", "reply", "message", "reminder"])
        {
            await Texts.AddAsync(100, "accepted", textClass, 3_700);
            await Texts.AddAsync(20, "unknown", textClass, 60);
        }

        await Texts.Reconciler.RunAsync(CancellationToken);
        await Texts.Reconciler.RunAsync(CancellationToken);

        Assert.Equal(["delivered 600"], await Texts.StatesAsync());
        Assert.Equal(
            "600", await Texts.Clinic.ScalarAsync("SELECT count(*) FROM message_events WHERE kind = 'looked'"));
    }

    [Fact]
    public async Task Downtime_is_caught_up_with_the_most_urgent_first_and_a_bounded_number_at_a_time()
    {
        twilioSays = text => new LookOutcome.Found(text.ProviderId ?? "", "delivered", null);
        await Texts.AddAsync(700, textClass: "reminder", age: 90_000);
        await Texts.AddAsync(10, textClass: "crisis", age: 300);

        var asked = await Texts.Reconciler.RunAsync(CancellationToken);

        Assert.Equal(600, asked);
        Assert.Equal(
            ["crisis 10", "reminder 590"],
            await Texts.Clinic.QueryAsync("""
                SELECT class || ' ' || count(*) FROM outbox WHERE state = 'delivered' GROUP BY class ORDER BY class
                """));
    }

    [Fact]
    public async Task Provider_that_is_down_is_not_asked_about_everything()
    {
        twilioSays = _ => new LookOutcome.Unavailable("timeout");
        await Texts.AddAsync(200, age: 4_000);

        Assert.Equal(50, await Texts.Reconciler.RunAsync(CancellationToken));
        Assert.Equal(["accepted 200"], await Texts.StatesAsync());
    }

    [Fact]
    public async Task Lost_answer_is_found_by_the_number_and_the_words_and_not_taken_for_another_text()
    {
        twilioSays = _ => new LookOutcome.Found("SM900", "sent", null);
        var id = await Texts.AddOneAsync("unknown", "reminder", 30);
        await Texts.AddOneAsync("delivered", "reminder", 40);
        await Texts.Clinic.ExecuteAsync("UPDATE outbox SET provider_id = 'SM800' WHERE state = 'delivered'");

        await Texts.Reconciler.RunAsync(CancellationToken);

        var asked = Assert.Single(Twilio.Asked);
        Assert.Equal(
            (id, SentTexts.Fence, null, "+15555550123"),
            (asked.MessageId, asked.Fence, asked.ProviderId, asked.To.E164));
        Assert.StartsWith("Hello.", asked.Body, StringComparison.Ordinal);
        Assert.Equal(["SM800"], asked.OtherProviderIds);
        Assert.Equal(["sent SM900"], await Texts.QueryAsync(id, "state || ' ' || provider_id"));
        Assert.Equal(["looked sent"], await Texts.HistoryAsync(id));
    }

    [Theory]
    [InlineData("crisis", "queued unconfirmed", "failed_over absent")]
    [InlineData("alert", "queued unconfirmed", "failed_over absent")]
    [InlineData("reminder", "failed unconfirmed", "unconfirmed unconfirmed absent")]
    [InlineData("message", "failed unconfirmed", "unconfirmed unconfirmed absent")]
    public async Task Text_that_the_provider_does_not_have_goes_again_only_where_twice_is_better_than_never(
        string textClass, string expected, string follows)
    {
        twilioSays = _ => new LookOutcome.Absent();
        var id = await Texts.AddOneAsync("unknown", textClass, 30);

        await Texts.Reconciler.RunAsync(CancellationToken);

        Assert.Equal([expected], await Texts.QueryAsync(id, "state || ' ' || error_code"));
        Assert.Equal([follows], await Texts.HistoryAsync(id));
    }

    [Fact]
    public async Task Reminder_whose_dispatcher_died_before_it_handed_it_over_goes_again()
    {
        twilioSays = _ => new LookOutcome.Absent();
        var id = await Texts.AddOneAsync("sending", "reminder", 40);
        await Texts.Clinic.ExecuteAsync("UPDATE outbox SET leased_until = now() - interval '1 second'");

        await Texts.Reconciler.RunAsync(CancellationToken);

        Assert.Equal(["queued"], await Texts.QueryAsync(id, "state::text"));
        Assert.Equal(["unknown lease_expired", "resent never_handed_over"], await Texts.HistoryAsync(id));
    }

    [Fact]
    public async Task Crisis_at_a_provider_that_does_not_answer_goes_by_the_other_and_rings_for_it()
    {
        twilioSays = _ => new LookOutcome.Unavailable("timeout");
        var id = await Texts.AddOneAsync("unknown", "crisis", 21);

        await Texts.Reconciler.RunAsync(CancellationToken);

        Assert.Equal(["queued twilio"], await Texts.QueryAsync(id, "state || ' ' || avoid_provider"));
        Assert.Equal(["failed_over unavailable"], await Texts.HistoryAsync(id));
        Assert.True(Texts.Bell.WaitAsync(CancellationToken).IsCompleted);
    }

    [Fact]
    public async Task Provider_that_is_silent_is_asked_about_a_few_and_all_urgent_texts_leave_it()
    {
        twilioSays = _ => new LookOutcome.Unavailable("timeout");
        await Texts.AddAsync(200, "unknown", "crisis", 60);
        await Texts.AddAsync(200, "unknown", "reminder", 60);

        await Texts.Reconciler.RunAsync(CancellationToken);

        Assert.Equal(["queued 200", "unknown 200"], await Texts.StatesAsync());
        // Eight at once, in each portion of fifty.
        Assert.InRange(Twilio.Asked.Count, 1, 8 * 5);
    }

    [Fact]
    public async Task Text_at_a_provider_that_cannot_be_asked_stays_accepted_and_is_left_in_peace()
    {
        var id = await Texts.AddOneAsync("accepted", "message", 4_000, "azure");

        await Texts.Reconciler.RunAsync(CancellationToken);
        await Texts.Clinic.ExecuteAsync("UPDATE outbox SET looked_at = looked_at - interval '2 hours'");

        Assert.Equal(0, await Texts.Reconciler.RunAsync(CancellationToken));
        Assert.Equal(["accepted"], await Texts.QueryAsync(id, "state::text"));
        Assert.Equal(["no_receipt not_offered"], await Texts.HistoryAsync(id));
    }

    [Fact]
    public async Task Text_that_stays_sent_for_a_day_is_asked_after_no_more_and_a_late_receipt_still_counts()
    {
        twilioSays = text => new LookOutcome.Found(text.ProviderId ?? "", "sent", null);
        var id = await Texts.AddOneAsync("sent", "message", 86_500);

        await Texts.Reconciler.RunAsync(CancellationToken);
        await Texts.Clinic.ExecuteAsync("UPDATE outbox SET looked_at = looked_at - interval '2 hours'");
        var again = await Texts.Reconciler.RunAsync(CancellationToken);
        await Texts.TellAsync(id, "delivered");

        Assert.Equal(0, again);
        Assert.Equal(["looked sent", "no_receipt too_late", "callback delivered"], await Texts.HistoryAsync(id));
        Assert.Equal(["delivered"], await Texts.QueryAsync(id, "state::text"));
    }

    [Fact]
    public async Task What_the_provider_says_of_a_failure_has_the_same_consequence_as_a_callback()
    {
        twilioSays = text => new LookOutcome.Found(text.ProviderId ?? "", "undelivered", "30003");
        var id = await Texts.AddOneAsync("sent", "crisis", 130);

        await Texts.Reconciler.RunAsync(CancellationToken);

        Assert.Equal(["queued twilio"], await Texts.QueryAsync(id, "state || ' ' || avoid_provider"));
    }

    [Fact]
    public async Task Text_that_moved_while_the_provider_was_asked_is_left_as_it_is()
    {
        var id = await Texts.AddOneAsync("unknown", "reminder", 30);
        twilioSays = _ =>
        {
            Texts.TellAsync(id, "delivered").WaitAsync(CancellationToken).GetAwaiter().GetResult();
            return new LookOutcome.Absent();
        };

        await Texts.Reconciler.RunAsync(CancellationToken);

        Assert.Equal(["delivered"], await Texts.QueryAsync(id, "state::text"));
        Assert.Equal(["callback delivered"], await Texts.HistoryAsync(id));
    }

    [Fact]
    public async Task Text_that_cannot_be_read_does_not_hold_up_the_others()
    {
        twilioSays = text => new LookOutcome.Found(text.ProviderId ?? "", "delivered", null);
        var broken = await Texts.AddOneAsync("unknown", "reminder", 30);
        await Texts.Clinic.ExecuteAsync("UPDATE outbox SET phone_key_id = 'gone'");
        var id = await Texts.AddOneAsync("accepted", "reminder", 4_000);

        await Texts.Reconciler.RunAsync(CancellationToken);

        Assert.Equal(["unknown"], await Texts.QueryAsync(broken, "state::text"));
        Assert.Equal(["delivered"], await Texts.QueryAsync(id, "state::text"));
    }
}
