using Npgsql;
using RecoveryOS.Core.Alerts;
using RecoveryOS.Core.CheckIns;
using RecoveryOS.Core.Tests.Messaging.Inbound;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Alerts;

public sealed class AlertEscalationTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Crisis = "I want to kill myself";
    private const string First = "+15555550101";
    private const string Second = "+15555550102";
    private const string Third = "+15555550103";

    private TextClinic? opened;

    private TextClinic Clinic => opened ?? throw new InvalidOperationException("not yet opened");

    private AlertEscalation Escalation => new(Clinic.Database);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await TextClinic.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Clinic.DisposeAsync();

    [Fact]
    public async Task A_crisis_is_told_to_one_contact_after_the_other()
    {
        await OpenCrisisAsync(First, Second, Third);

        Assert.Equal(["crisis 0", "crisis 300", "crisis 600"], await TextsAsync("class || ' ' || due"));
    }

    [Fact]
    public async Task A_move_into_the_high_band_is_told_to_one_contact_after_the_other()
    {
        await OpenRiskAsync(First, Second);

        Assert.Equal(["alert 0", "alert 300"], await TextsAsync("class || ' ' || due"));
    }

    [Fact]
    public async Task While_texts_wait_their_turn_nothing_is_changed()
    {
        await OpenCrisisAsync(First, Second, Third);
        await AgeAsync(120);
        await EndAsync(First, "delivered");

        Assert.Equal(0, await Escalation.RunAsync(CancellationToken));
        Assert.Equal(["-120", "180", "480"], await TextsAsync("due"));
    }

    [Theory]
    [InlineData("suppressed")]
    [InlineData("failed")]
    [InlineData("undelivered")]
    [InlineData("expired")]
    public async Task A_text_that_came_to_nothing_brings_the_others_forward(string end)
    {
        await OpenCrisisAsync(First, Second, Third);
        await AgeAsync(60);
        await EndAsync(First, end);

        Assert.Equal(2, await Escalation.RunAsync(CancellationToken));
        Assert.Equal(0, await Escalation.RunAsync(CancellationToken));

        Assert.Equal(["-60", "0", "300"], await TextsAsync("due"));
        Assert.Equal(
            ["brought_forward text_before_failed", "brought_forward text_before_failed"],
            await Clinic.QueryAsync("SELECT kind || ' ' || reason FROM message_events"));
    }

    [Theory]
    [InlineData("queued")]
    [InlineData("sending")]
    [InlineData("unknown")]
    [InlineData("accepted")]
    [InlineData("sent")]
    [InlineData("delivered")]
    public async Task A_text_that_may_reach_somebody_brings_nobody_forward(string state)
    {
        await OpenCrisisAsync(First, Second);
        await AgeAsync(60);
        await EndAsync(First, state);

        Assert.Equal(0, await Escalation.RunAsync(CancellationToken));
    }

    [Fact]
    public async Task Acknowledging_cancels_the_texts_that_wait_and_only_those()
    {
        var alert = await OpenCrisisAsync(First, Second, Third);
        await EndAsync(First, "accepted");

        Assert.IsType<AlertMove.Done>(
            await new AlertBoard(Clinic.Database).AcknowledgeAsync(Clinic.Clinician, alert, CancellationToken));

        Assert.Equal(["accepted", "canceled", "canceled"], await TextsAsync("state"));
        Assert.Equal(
            ["canceled acknowledged", "canceled acknowledged"],
            await Clinic.QueryAsync("SELECT kind || ' ' || reason FROM message_events"));
        await AgeAsync(3600);
        Assert.Equal(0, await Escalation.RunAsync(CancellationToken));
    }

    [Fact]
    public async Task Nobody_answers_so_all_are_asked_again_every_quarter_hour_four_times_in_all()
    {
        await OpenCrisisAsync(First, Second);
        for (var round = 1; round < 4; round++)
        {
            await AgeAsync(300);
            await EndAllAsync("delivered");
            await AgeAsync(840);
            Assert.Equal(0, await Escalation.RunAsync(CancellationToken));
            await AgeAsync(60);
            Assert.Equal(2, await Escalation.RunAsync(CancellationToken));
            Assert.Equal(["0", "300"], (await TextsAsync("due")).TakeLast(2));
        }

        await AgeAsync(3600);
        await EndAllAsync("delivered");
        Assert.Equal(0, await Escalation.RunAsync(CancellationToken));
        Assert.Equal(8, (await TextsAsync("state")).Count);
        Assert.Equal(["crisis"], (await TextsAsync("class")).Distinct());
    }

    [Fact]
    public async Task A_contact_who_comes_on_call_is_texted_after_the_others()
    {
        await OpenRiskAsync(First);
        await AgeAsync(60);
        await Clinic.SetOnCallAsync(First, Second, Third);

        Assert.Equal(2, await Escalation.RunAsync(CancellationToken));
        Assert.Equal(0, await Escalation.RunAsync(CancellationToken));
        Assert.Equal(
            ["-60 risk_alert alert", "240 risk_alert alert", "540 risk_alert alert"],
            await TextsAsync("due || ' ' || template || ' ' || class"));
    }

    [Fact]
    public async Task The_first_contact_of_an_account_without_any_is_texted_at_once()
    {
        await Clinic.EnrolAsync();
        await Clinic.TextAsync(Crisis);
        await AgeAsync(600);
        await Clinic.SetOnCallAsync(First);

        Assert.Equal(1, await Escalation.RunAsync(CancellationToken));
        Assert.Equal(["0 crisis"], await TextsAsync("due || ' ' || class"));
    }

    [Fact]
    public async Task Who_is_not_on_call_any_more_is_not_texted()
    {
        await OpenCrisisAsync(First, Second);
        await AgeAsync(60);
        await EndAsync(First, "delivered");
        await Clinic.SetOnCallAsync(First, Third);

        await Escalation.RunAsync(CancellationToken);

        Assert.Equal(["-60 delivered", "240 canceled", "240 queued"], await TextsAsync("due || ' ' || state"));
    }

    [Fact]
    public async Task An_engagement_alert_texts_nobody()
    {
        await Clinic.EnrolAsync();
        await Clinic.SetOnCallAsync(First);
        await Clinic.TextAsync("could somebody tell me about tomorrow");

        Assert.Equal("engagement", await Clinic.ScalarAsync("SELECT kind FROM alerts"));
        Assert.Equal(0, await Escalation.RunAsync(CancellationToken));
        Assert.Empty(await TextsAsync("state"));
    }

    [Fact]
    public async Task An_alert_of_the_day_before_yesterday_is_left_to_the_board()
    {
        await OpenCrisisAsync(First);
        await EndAllAsync("delivered");
        await AgeAsync(90_000);
        await Clinic.ExecuteAsync("""
            UPDATE outbox SET alert_id = NULL;
            UPDATE alerts
            SET id = (lpad(to_hex((extract(epoch FROM now() - interval '25 hours') * 1000)::bigint), 12, '0')
                || '7fff8000000000000001')::uuid;
            UPDATE outbox SET alert_id = (SELECT id FROM alerts)
            """);

        Assert.Equal(0, await Escalation.RunAsync(CancellationToken));
    }

    [Fact]
    public async Task Runs_at_once_and_an_acknowledgement_leave_no_text_that_nobody_canceled()
    {
        var alert = await OpenCrisisAsync(First, Second);
        await EndAllAsync("delivered");
        await AgeAsync(3600);

        var runs = Enumerable.Range(0, 5).Select(_ => Escalation.RunAsync(CancellationToken)).ToList();
        await new AlertBoard(Clinic.Database).AcknowledgeAsync(Clinic.Clinician, alert, CancellationToken);
        var queued = (await Task.WhenAll(runs)).Sum();

        Assert.True(queued is 0 or 2, $"{queued}");
        Assert.DoesNotContain("queued", await TextsAsync("state"));
    }

    [Fact]
    public async Task An_acknowledgement_that_waits_for_a_run_cancels_the_texts_of_that_run_too()
    {
        var alert = await OpenCrisisAsync(First);
        await EndAllAsync("delivered");
        await using var connection = await Clinic.Database.OpenConnectionAsync(CancellationToken);
        await using var run = await connection.BeginTransactionAsync(CancellationToken);
        await using var texts = new NpgsqlCommand("""
            SELECT FROM alerts FOR NO KEY UPDATE;
            INSERT INTO outbox (account_id, alert_id, class, template, phone_ciphertext, phone_key_id, phone_hash)
            SELECT account_id, alert_id, class, template, phone_ciphertext, phone_key_id, phone_hash FROM outbox
            """, connection);
        await texts.ExecuteNonQueryAsync(CancellationToken);

        var acknowledgement = new AlertBoard(Clinic.Database).AcknowledgeAsync(
            Clinic.Clinician, alert, CancellationToken);
        while (await Clinic.ScalarAsync("""
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
            """) == "0")
        {
            Assert.False(acknowledgement.IsCompleted);
        }

        await run.CommitAsync(CancellationToken);
        await acknowledgement;
        Assert.Equal(["delivered", "canceled"], await TextsAsync("state"));
    }

    private async Task<Guid> OpenCrisisAsync(params string[] contacts)
    {
        await Clinic.EnrolAsync();
        await Clinic.SetOnCallAsync(contacts);
        await Clinic.TextAsync(Crisis);
        return Guid.Parse(await Clinic.ScalarAsync("SELECT id FROM alerts"));
    }

    private async Task OpenRiskAsync(params string[] contacts)
    {
        var member = await Clinic.EnrolAsync();
        await Clinic.SetOnCallAsync(contacts);
        for (var i = 0; i < 3; i++)
        {
            var checkIns = new CheckInLog(Clinic.Database, TextClinic.Cipher, TextClinic.Bell);
            Assert.IsType<Submission.Created>(await checkIns.SubmitAsync(
                Clinic.Clinician, new(member, new(0, -10, 100, 0, 100), null), null, CheckIn.Api, CancellationToken));
        }
    }

    /// <summary>Lets so many seconds pass.</summary>
    private Task AgeAsync(int seconds) => Clinic.ExecuteAsync($"""
        UPDATE outbox SET due_at = due_at - interval '{seconds} s', created_at = created_at - interval '{seconds} s'
        """);

    private async Task EndAsync(string number, string state) => await Clinic.ExecuteAsync($"""
        UPDATE outbox SET state = '{state}'
        WHERE phone_hash = '\x{Convert.ToHexStringLower(TextClinic.Cipher.Hash(number))}'
        """);

    private Task EndAllAsync(string state) => Clinic.ExecuteAsync($"UPDATE outbox SET state = '{state}'");

    /// <summary>
    /// Of each text, in the order of its time; <c>due</c> is in whole minutes from now, told in seconds.
    /// </summary>
    private Task<IReadOnlyList<string>> TextsAsync(string what) => Clinic.QueryAsync($"""
        SELECT {what} FROM (
            SELECT *, (ceil(extract(epoch FROM due_at - now()) / 60 - 0.02) * 60)::int AS due FROM outbox) AS texts
        ORDER BY due_at, id
        """);
}
