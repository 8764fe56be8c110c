using System.Diagnostics;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

public sealed class OutcomeTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TextOffice? opened;

    private TextOffice Office => opened ?? throw new InvalidOperationException("not opened");

    public async ValueTask InitializeAsync()
    {
        opened = await TextOffice.OpenAsync(postgres, "twilio", "azure");
        await Office.EnrolAsync(1);
    }

    public ValueTask DisposeAsync() => Office.DisposeAsync();

    [Theory]
    [InlineData(TextClass.Reminder, "http_429", "queued", "retry twilio http_429")]
    [InlineData(TextClass.Reminder, "21211", "failed", "refused twilio 21211")]
    [InlineData(TextClass.Reminder, "20003", "failed", "refused twilio 20003")]
    [InlineData(TextClass.Reminder, "never_heard_of", "failed", "refused twilio never_heard_of")]
    [InlineData(TextClass.Crisis, "21211", "failed", "refused twilio 21211")]
    [InlineData(TextClass.Crisis, "21610", "suppressed", "suppressed twilio 21610")]
    [InlineData(TextClass.Crisis, "20003", "queued", "failed_over twilio 20003")]
    [InlineData(TextClass.Crisis, "never_heard_of", "queued", "failed_over twilio never_heard_of")]
    public async Task Refusal_does_what_the_catalogue_says(
        TextClass textClass, string code, string state, string history)
    {
        Office.Provider.Refuse(code);
        Office.Providers[1].Refuse("http_429");
        await Office.QueueAsync(textClass);

        await Office.RunAsync();

        Assert.Equal(history, (await Office.EventsAsync())[0]);
        Assert.Equal(state, await Office.StateAsync());
        Assert.Equal(
            state == "suppressed" ? ["stopped"] : [], await Office.Clinic.QueryAsync("SELECT status FROM opt_outs"));
    }

    [Fact]
    public async Task Person_who_opted_out_with_the_provider_is_not_texted_again_by_anybody()
    {
        Office.Provider.Refuse("21610");
        await Office.QueueAsync(TextClass.Crisis);
        await Office.RunAsync();
        await Office.QueueAsync(TextClass.Crisis);
        await Office.RunAsync();

        Assert.Equal(["suppressed", "suppressed"], await Office.StatesAsync());
        Assert.Single(Office.Provider.Texts);
        Assert.Empty(Office.Providers[1].Texts);
    }

    [Theory]
    [InlineData("http_connect")]
    [InlineData("20003")]
    [InlineData("http_429")]
    public async Task Crisis_text_leaves_by_the_backup_within_a_minute(string code)
    {
        Office.Provider.Refuse(code);
        await Office.QueueAsync(TextClass.Crisis);
        var started = Stopwatch.GetTimestamp();

        while (await Office.StateAsync() != "accepted")
        {
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(60));
            await Office.RunAsync();
        }

        Assert.Single(Office.Provider.Texts);
        Assert.Single(Office.Providers[1].Texts);
        Assert.Equal([$"failed_over twilio {code}", "accepted azure queued"], await Office.EventsAsync());
    }

    [Fact]
    public async Task Urgent_text_that_both_refuse_goes_to_and_fro_at_a_slow_pace_and_never_ends()
    {
        Office.Provider.Refuse("20003");
        Office.Providers[1].Refuse("20003");
        await Office.QueueAsync(TextClass.Alert);

        await Office.RunAsync();
        await Office.RunAsync();

        Assert.Equal("queued", await Office.StateAsync());
        Assert.InRange(Office.Provider.Texts.Count + Office.Providers[1].Texts.Count, 2, 3);
    }

    [Fact]
    public async Task Text_whose_answer_was_lost_is_unknown_and_is_not_sent_again()
    {
        Office.Provider.Answer = _ => Task.FromResult<SendOutcome>(new SendOutcome.Unknown("timeout"));
        await Office.QueueAsync(TextClass.Crisis);
        await Office.RunAsync();
        await Office.RunAsync();

        Assert.Equal(
            "unknown timeout", await Office.Clinic.ScalarAsync("SELECT concat_ws(' ', state, error_code) FROM outbox"));
        Assert.Single(Office.Provider.Texts);
    }

    [Fact]
    public async Task Provider_that_throws_leaves_the_text_unknown_and_the_others_go()
    {
        await Office.EnrolAsync(5);
        await Office.QueueAsync();
        var first = await Office.Clinic.ScalarAsync("SELECT min(id::text) FROM outbox");
        Office.Provider.Answer = text => text.MessageId.ToString() == first
            ? throw new InvalidOperationException("a fault")
            : Task.FromResult(Office.Provider.Accept());

        await Office.RunAsync();

        Assert.Equal(["unknown", .. Enumerable.Repeat("accepted", 5)], await Office.StatesAsync());
    }

    [Fact]
    public async Task Lease_of_a_dispatcher_that_died_runs_out_and_the_text_is_unknown()
    {
        await Office.QueueAsync();
        await Office.Clinic.ExecuteAsync("""
            UPDATE outbox
            SET state = 'sending', fence = 7, provider = 'twilio',
                leased_until = clock_timestamp() + interval '1 second'
            """);
        await Office.RunAsync();
        Assert.Equal("sending", await Office.StateAsync());

        while (await Office.StateAsync() == "sending")
        {
            await Office.RunAsync();
        }

        Assert.Equal("unknown", await Office.StateAsync());
        Assert.Equal(["unknown twilio lease_expired"], await Office.EventsAsync());
        Assert.Empty(Office.Provider.Texts);
    }

    [Fact]
    public async Task Answer_to_an_older_lease_changes_no_row_and_is_kept_in_the_history()
    {
        await Office.QueueAsync();
        Office.Provider.Answer = async _ =>
        {
            await Office.Clinic.ExecuteAsync("UPDATE outbox SET fence = 1000000");
            return Office.Provider.Accept();
        };

        await Office.RunAsync();

        Assert.Equal("sending", await Office.StateAsync());
        Assert.Equal(["accepted twilio queued"], await Office.EventsAsync());
    }

    [Fact]
    public async Task Callback_that_was_faster_than_the_answer_stays()
    {
        await Office.QueueAsync();
        Office.Provider.Answer = async _ =>
        {
            await Office.Clinic.ExecuteAsync("UPDATE outbox SET state = 'delivered'");
            return Office.Provider.Accept();
        };

        await Office.RunAsync();

        Assert.Equal("delivered", await Office.StateAsync());
    }

    [Fact]
    public async Task Answers_are_written_down_also_when_the_dispatchers_session_is_lost()
    {
        await Office.QueueAsync();
        Office.Provider.Answer = async _ =>
        {
            await Office.Clinic.ExecuteAsync($"SELECT pg_terminate_backend(pid, 1000) FROM {TextOffice.Locks}");
            return Office.Provider.Accept();
        };

        await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(Office.RunAsync);

        Assert.Equal("accepted", await Office.StateAsync());
        Assert.Equal(["accepted twilio queued"], await Office.EventsAsync());
    }
}
