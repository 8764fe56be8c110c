using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.Messaging.Reminders;
using RecoveryOS.Core.Tests.Messaging.Inbound;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Reminders;

public sealed class DailyPromptsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TextClinic? opened;

    private TextClinic Clinic => opened ?? throw new InvalidOperationException("not yet opened");

    private DailyPrompts Prompts => field ??= new(Clinic.Database, NullLogger<DailyPrompts>.Instance);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await TextClinic.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Clinic.DisposeAsync();

    [Theory]
    [InlineData("09:30", "2026-06-10 09:30:00")]
    [InlineData("06:00", "2026-06-10 08:00:00")]
    [InlineData("00:00", "2026-06-10 08:00:00")]
    [InlineData("08:00", "2026-06-10 08:00:00")]
    [InlineData("20:59", "2026-06-10 20:59:00", "2026-06-11 00:40")]
    [InlineData("21:00", "2026-06-10 08:00:00")]
    [InlineData("23:45", "2026-06-10 08:00:00")]
    public async Task One_prompt_a_day_goes_at_the_chosen_minute_within_the_hours_of_the_day(
        string time, string due, string start = "2026-06-10 11:45")
    {
        await EnrolAsync("America/Toronto", time);

        Assert.Equal(1, await RunAsync(start, hours: 2));

        Assert.Equal(due, await Clinic.ScalarAsync("SELECT (due_at AT TIME ZONE 'America/Toronto')::text FROM outbox"));
    }

    [Theory]
    [InlineData("09:30", "13:30", "2026-06-10 13:15")]
    [InlineData("19:00", "21:00", "2026-06-10 22:45")]
    [InlineData("20:59", "21:00", "2026-06-11 00:45")]
    public async Task A_prompt_is_of_use_for_four_hours_and_not_at_night(string time, string end, string start)
    {
        await EnrolAsync("America/Toronto", time);
        await RunAsync(start);

        Assert.Equal(end, await Clinic.ScalarAsync(
            "SELECT to_char(expires_at AT TIME ZONE 'America/Toronto', 'HH24:MI') FROM outbox"));
    }

    [Theory]
    [InlineData("UPDATE members SET state = 'paused'")]
    [InlineData("UPDATE members SET state = 'discharged'")]
    [InlineData("UPDATE members SET reminder_time = NULL")]
    [InlineData("UPDATE members SET timezone = 'Nowhere/Atlantis'")]
    public async Task No_prompt_goes_where_none_is_wanted(string change)
    {
        await EnrolAsync("America/Toronto", "09:30");
        await Clinic.ExecuteAsync(change);

        Assert.Equal(0, await RunAsync("2026-06-10 13:00"));
    }

    [Fact]
    public async Task A_zone_that_the_database_does_not_know_keeps_nobody_else_from_a_prompt()
    {
        await EnrolAsync("America/Toronto", "09:30");
        await Clinic.ExecuteAsync("UPDATE members SET timezone = 'Nowhere/Atlantis'");
        await EnrolAsync("America/Toronto", "09:30");

        Assert.Equal(1, await RunAsync("2026-06-10 13:00"));
    }

    [Theory]
    [InlineData("2026-06-10 03:59:59", 1)]
    [InlineData("2026-06-10 04:00:01", 0)]
    [InlineData("2026-06-10 12:00:00", 0)]
    public async Task Who_has_checked_in_that_day_is_not_prompted(string checkedIn, int prompts)
    {
        var member = await EnrolAsync("America/Toronto", "09:30");
        await CheckInAsync(member, checkedIn);

        Assert.Equal(prompts, await RunAsync("2026-06-10 13:00"));
    }

    [Fact]
    public async Task A_run_that_is_repeated_prompts_nobody_twice()
    {
        await EnrolAsync("Asia/Kolkata", "09:30");
        var (from, now) = (Utc("2026-06-10 03:00"), Utc("2026-06-10 05:00"));

        Assert.Equal(1, await Prompts.QueueAsync(from, now, CancellationToken));
        Assert.Equal(0, await Prompts.QueueAsync(from, now, CancellationToken));
        var others = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            new DailyPrompts(Clinic.Database, NullLogger<DailyPrompts>.Instance)
                .QueueAsync(from, now, CancellationToken)));
        Assert.All(others, queued => Assert.Equal(0, queued));
    }

    [Theory]
    [InlineData("2026-06-10 14:00", 1)]
    [InlineData("2026-06-10 17:28", 1)]
    [InlineData("2026-06-10 17:31", 0)]
    [InlineData("2026-06-11 03:00", 0)]
    public async Task After_days_of_downtime_only_what_is_still_of_use_today_is_sent(string back, int prompts)
    {
        await EnrolAsync("America/Toronto", "09:30");

        Assert.Equal(prompts, await Prompts.QueueAsync(Utc("2026-06-01 00:00"), Utc(back), CancellationToken));
    }

    [Fact]
    public async Task A_time_that_was_chosen_after_it_had_passed_begins_tomorrow()
    {
        await EnrolAsync("America/Toronto", "09:30");

        Assert.Equal(0, await Prompts.QueueAsync(Utc("2026-06-10 14:00"), Utc("2026-06-10 14:01"), CancellationToken));
    }

    [Fact]
    public async Task More_members_than_fit_into_one_statement_are_all_prompted()
    {
        await EnrolAsync("Europe/Paris", "10:00");
        await Clinic.ExecuteAsync("""
            INSERT INTO members (
                account_id, display_code, timezone, phone_ciphertext, phone_key_id, phone_hash, country,
                language, reminder_time)
            SELECT account_id, 'x', timezone, phone_ciphertext, phone_key_id, phone_hash, country,
                language, reminder_time
            FROM members, generate_series(1, 2500)
            """);

        Assert.Equal(
            2501, await Prompts.QueueAsync(Utc("2026-06-10 07:59"), Utc("2026-06-10 08:00"), CancellationToken));
    }

    /// <summary>Days on which clocks change somewhere, in every zone, whether it changes there or not.</summary>
    [Theory]
    [InlineData("2026-03-08")]
    [InlineData("2027-03-28")]
    [InlineData("2028-04-02")]
    [InlineData("2029-10-28")]
    [InlineData("2030-11-03")]
    public async Task In_every_zone_there_is_one_prompt_a_day_and_none_at_night(string day)
    {
        var zones = await ZonesAsync();
        Assert.InRange(zones.Count, 300, 1000);
        await EnrolEverywhereAsync(zones);
        var start = Utc(day).AddHours(-24);

        for (var now = start; now < start.AddHours(72); now = now.AddMinutes(30))
        {
            await Prompts.QueueAsync(now.AddMinutes(-30), now, CancellationToken);
        }

        var prompts = (await Clinic.QueryAsync(
            "SELECT timezone || '|' || to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || '|' || "
            + "to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || '|' || reminder_time "
            + "FROM outbox JOIN members ON members.id = member_id"))
            .Select(row => row.Split('|'))
            .Select(row => (
                Zone: row[0], Due: Local(row[1], row[0]), End: Local(row[2], row[0]),
                Time: TimeOnly.Parse(row[3], CultureInfo.InvariantCulture)))
            .ToList();
        Assert.All(prompts, prompt =>
        {
            Assert.InRange(prompt.Due.TimeOfDay, TimeSpan.FromHours(8), new TimeSpan(20, 59, 59));
            Assert.InRange(prompt.End.TimeOfDay, TimeSpan.FromHours(8), TimeSpan.FromHours(21));
            Assert.Equal(prompt.Due.Date, prompt.End.Date);
            var chosen = prompt.Time.Hour is < 8 or >= 21 ? TimeSpan.FromHours(8) : prompt.Time.ToTimeSpan();
            Assert.InRange(prompt.Due.TimeOfDay - chosen, TimeSpan.Zero, TimeSpan.FromMinutes(30));
        });
        Assert.Equal(prompts.Count, prompts.Select(prompt => (prompt.Zone, prompt.Due.Date)).Distinct().Count());
        // Two whole days lie within three times 24 hours, wherever midnight is.
        Assert.All(zones, zone => Assert.InRange(prompts.Count(prompt => prompt.Zone == zone), 2, 4));
    }

    private async Task<IReadOnlyList<string>> ZonesAsync() =>
        [.. (await Clinic.QueryAsync("SELECT name FROM pg_timezone_names"))
            .Where(
                name => name.Contains('/', StringComparison.Ordinal)
                    && !name.StartsWith("posix", StringComparison.Ordinal))
            .Where(name => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId)];

    private async Task EnrolEverywhereAsync(IReadOnlyList<string> zones)
    {
        await EnrolAsync("America/Toronto", "09:30");
        var values = zones.Select((zone, index) => string.Create(
            CultureInfo.InvariantCulture, $"('{zone}', '{index % 24:00}:{index * 7 % 30:00}'::time)"));
        await Clinic.ExecuteAsync($"""
            INSERT INTO members (
                account_id, display_code, timezone, phone_ciphertext, phone_key_id, phone_hash, country,
                language, reminder_time)
            SELECT account_id, 'x', zone, phone_ciphertext, phone_key_id, phone_hash, country, language, chosen
            FROM members, (VALUES {string.Join(',', values)}) AS everywhere (zone, chosen);
            UPDATE members SET reminder_time = NULL WHERE display_code <> 'x'
            """);
    }

    private async Task<Guid> EnrolAsync(string zone, string time)
    {
        var member = await Clinic.EnrolAsync();
        await Clinic.ExecuteAsync(
            $"UPDATE members SET timezone = '{zone}', reminder_time = '{time}' WHERE id = '{member}'");
        return member;
    }

    private Task CheckInAsync(Guid member, string at) => Clinic.ExecuteAsync($"""
        INSERT INTO check_ins (
            id, account_id, member_id, adherence, mood_trend, cravings, sleep_hours, isolation, channel,
            created_at)
        SELECT uuid7(), account_id, id, 1, 1, 1, 1, 1, 'api', '{at}Z' FROM members WHERE id = '{member}'
        """);

    /// <summary>Runs each minute, as the timer does, from an instant in UTC.</summary>
    private async Task<int> RunAsync(string start, int hours = 1)
    {
        var queued = 0;
        for (var now = Utc(start); now < Utc(start).AddHours(hours); now = now.AddMinutes(1))
        {
            queued += await Prompts.QueueAsync(now.AddMinutes(-2), now, CancellationToken);
        }

        return queued;
    }

    private static DateTime Utc(string text) => DateTime.Parse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static DateTime Local(string utc, string zone) =>
        TimeZoneInfo.ConvertTimeFromUtc(Utc(utc), TimeZoneInfo.FindSystemTimeZoneById(zone));
}
