using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.CheckIns;
using RecoveryOS.Core.Messaging.Reminders;
using RecoveryOS.Core.Tests.Messaging.Inbound;
using RecoveryOS.Core.Timers;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Reminders;

public sealed class SilenceWatchTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TextClinic? opened;

    private TextClinic Clinic => opened ?? throw new InvalidOperationException("not yet opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await TextClinic.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Clinic.DisposeAsync();

    [Fact]
    public async Task Two_days_of_silence_after_a_high_score_open_one_engagement_alert()
    {
        var member = await CheckInAsync(high: true);

        Assert.Equal(0, await RunAsync(hours: 47));
        Assert.Equal(1, await RunAsync(hours: 49));
        Assert.Equal(0, await RunAsync(hours: 60));

        Assert.Equal("medium open", await Clinic.ScalarAsync(
            $"SELECT severity || ' ' || status FROM alerts WHERE kind = 'engagement' AND member_id = '{member}'"));
        Assert.Equal("0", await Clinic.ScalarAsync(
            "SELECT count(*) FROM outbox WHERE alert_id IN (SELECT id FROM alerts WHERE kind = 'engagement')"));
        Assert.Equal("1", await Clinic.ScalarAsync("SELECT count(*) FROM audit_log WHERE actor = 'system:silence'"));
    }

    [Fact]
    public async Task The_same_score_opens_no_second_alert_also_when_the_first_was_resolved()
    {
        await CheckInAsync(high: true);
        await RunAsync(hours: 49);
        await Clinic.ExecuteAsync("""
            UPDATE alerts SET status = 'resolved', acknowledged_at = now(), resolved_at = now(),
                created_at = (SELECT max(created_at) FROM check_ins) + interval '49 hours'
            WHERE kind = 'engagement'
            """);

        Assert.Equal(0, await RunAsync(hours: 72));
    }

    [Fact]
    public async Task A_lower_score_is_left_in_peace()
    {
        await CheckInAsync(high: false);

        Assert.Equal(0, await RunAsync(hours: 72));
    }

    [Fact]
    public async Task A_later_check_in_is_no_silence()
    {
        var member = await CheckInAsync(high: true);
        await CheckInAsync(member, high: false);

        Assert.Equal(0, await RunAsync(hours: 72));
    }

    [Theory]
    [InlineData("UPDATE members SET state = 'paused'")]
    [InlineData("UPDATE members SET state = 'discharged'")]
    [InlineData(
        "INSERT INTO alerts (account_id, member_id, kind, severity) "
        + "SELECT account_id, id, 'engagement', 'low' FROM members")]
    public async Task Nobody_is_called_who_is_not_in_care_or_whom_somebody_looks_after(string change)
    {
        await CheckInAsync(high: true);
        await Clinic.ExecuteAsync(change);

        Assert.Equal(0, await RunAsync(hours: 72));
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("30 seconds", 0)]
    [InlineData("5 days", 1)]
    public async Task The_round_goes_on_where_the_last_successful_run_ended(string? succeeded, int alerts)
    {
        await Clinic.EnrolAsync();
        await Clinic.ExecuteAsync("""
            WITH old AS (
                INSERT INTO check_ins (
                    id, account_id, member_id, adherence, mood_trend, cravings, sleep_hours, isolation,
                    channel, created_at)
                SELECT (lpad(to_hex((extract(epoch FROM now() - interval '3 days') * 1000)::bigint), 12, '0')
                    || '7fff8000000000000001')::uuid,
                    account_id, id, 0, -10, 100, 0, 100, 'api', now() - interval '3 days'
                FROM members
                RETURNING id, account_id
            )
            INSERT INTO risk_scores (check_in_id, account_id, score, band, check_ins_needed, model_version, locale)
            SELECT id, account_id, 100, 'high', 0, 'v0.1.0', 'en-CA' FROM old
            """);
        if (succeeded is not null)
        {
            await Clinic.ExecuteAsync(
                "INSERT INTO timer_runs (name, succeeded_at) "
                + $"VALUES ('SendReminders', now() - interval '{succeeded}')");
        }

        var round = new ReminderRound(
            Clinic.Database, new(Clinic.Database, NullLogger<DailyPrompts>.Instance), new(Clinic.Database));
        var runs = new TimerRuns(Clinic.Database, NullLogger<TimerRuns>.Instance);
        Assert.True(await runs.RunAsync(TimerNames.SendReminders, round.RunAsync, CancellationToken));

        Assert.Equal($"{alerts}", await Clinic.ScalarAsync("SELECT count(*) FROM alerts"));
    }

    private Task<int> RunAsync(int hours) => new SilenceWatch(Clinic.Database)
        .OpenAsync(DateTime.UtcNow, DateTime.UtcNow.AddHours(hours), CancellationToken);

    private async Task<Guid> CheckInAsync(bool high)
    {
        var member = await Clinic.EnrolAsync();
        await CheckInAsync(member, high);
        await CheckInAsync(member, high);
        await CheckInAsync(member, high);
        return member;
    }

    private async Task CheckInAsync(Guid member, bool high) => Assert.IsType<Submission.Created>(
        await new CheckInLog(Clinic.Database, TextClinic.Cipher, TextClinic.Bell).SubmitAsync(
            Clinic.Clinician, new(member, high ? new(0, -10, 100, 0, 100) : new(100, 0, 0, 80, 0), null), null,
            CheckIn.Api, CancellationToken));
}
