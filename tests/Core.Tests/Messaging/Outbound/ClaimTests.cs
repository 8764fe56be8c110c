using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

public sealed class ClaimTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TextOffice? opened;

    private TextOffice Office => opened ?? throw new InvalidOperationException("not opened");

    public async ValueTask InitializeAsync() => opened = await TextOffice.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Office.DisposeAsync();

    [Fact]
    public async Task Text_is_handed_over_once_with_its_words_and_its_fence()
    {
        await Office.EnrolAsync(1);
        await Office.QueueAsync();

        Assert.Equal(new DispatchCounts(1, 0, 0, 0, 0), await Office.RunAsync());
        Assert.Equal(default, await Office.RunAsync());

        var text = Assert.Single(Office.Provider.Texts);
        Assert.Equal(TextOffice.Number(0), text.To.E164);
        Assert.NotEmpty(text.Body);
        Assert.Equal(TimeSpan.FromHours(1), text.Validity);
        Assert.Equal(
            $"{text.MessageId} {text.Fence} accepted twilio twilio-1 1",
            await Office.Clinic.ScalarAsync(
                "SELECT concat_ws(' ', id, fence, state, provider, provider_id, attempts) FROM outbox"));
        Assert.Equal(["accepted twilio queued"], await Office.EventsAsync());
    }

    [Fact]
    public async Task Most_urgent_goes_first_and_what_is_not_due_stays()
    {
        await Office.EnrolAsync(20);
        TextClass[] classes =
            [TextClass.Message, TextClass.Reminder, TextClass.Reply, TextClass.Alert, TextClass.Crisis];
        foreach (var textClass in classes)
        {
            await Office.QueueAsync(textClass);
        }

        await Office.Clinic.ExecuteAsync("""
            UPDATE outbox SET due_at = now() + interval '1 hour'
            WHERE id IN (SELECT DISTINCT ON (class) id FROM outbox ORDER BY class)
            """);
        await Office.Dispatcher.RunUrgentAsync(TestContext.Current.CancellationToken);
        Assert.Equal(57, Office.Provider.Texts.Count);
        Assert.Equal(Office.Provider.Classes.Order(), Office.Provider.Classes);

        await Office.RunAsync();
        Assert.Equal(95, Office.Provider.Texts.Count);
        Assert.Equal("5", await Office.Clinic.ScalarAsync("SELECT count(*) FROM outbox WHERE state = 'queued'"));
    }

    [Theory]
    [InlineData(
        "INSERT INTO opt_outs SELECT phone_hash, 'stopped', 'SM1' FROM members",
        TextClass.Crisis, "suppressed", "suppressed opted_out")]
    [InlineData(
        "INSERT INTO opt_outs SELECT phone_hash, 'paused', 'SM1' FROM members",
        TextClass.Message, "queued", "held number_paused")]
    [InlineData(
        "INSERT INTO opt_outs SELECT phone_hash, 'paused', 'SM1' FROM members",
        TextClass.Reply, "accepted", "accepted twilio queued")]
    [InlineData(
        "INSERT INTO opt_outs SELECT phone_hash, 'started', 'SM1' FROM members",
        TextClass.Message, "accepted", "accepted twilio queued")]
    [InlineData("UPDATE members SET state = 'discharged'", TextClass.Message, "canceled", "canceled member_discharged")]
    [InlineData("UPDATE members SET state = 'paused'", TextClass.Reminder, "canceled", "canceled member_paused")]
    [InlineData("UPDATE members SET state = 'paused'", TextClass.Message, "accepted", "accepted twilio queued")]
    [InlineData("UPDATE outbox SET expires_at = now()", TextClass.Reminder, "expired", "expired too_late")]
    [InlineData(
        "UPDATE outbox SET template = 'from_the_future'",
        TextClass.Reply, "failed", "failed template_unknown template_unknown")]
    [InlineData(
        "UPDATE outbox SET template = 'appointment_reminder'",
        TextClass.Reply, "failed", "failed variables_unreadable variables_unreadable")]
    [InlineData(
        "UPDATE outbox SET phone_ciphertext = '\\x00'",
        TextClass.Crisis, "failed", "failed number_unreadable number_unreadable")]
    [InlineData(
        "UPDATE outbox SET phone_key_id = 'k9'",
        TextClass.Crisis, "failed", "failed number_unreadable number_unreadable")]
    [InlineData(
        "UPDATE members SET timezone = 'Mars/Olympus'",
        TextClass.Reminder, "failed", "failed timezone_unknown timezone_unknown")]
    public async Task What_has_changed_since_it_was_queued_is_seen(
        string change, TextClass textClass, string state, string history)
    {
        await Office.EnrolAsync(1);
        await Office.QueueAsync(textClass);
        await Office.Clinic.ExecuteAsync(change);

        await Office.RunAsync();

        Assert.Equal(state, await Office.StateAsync());
        Assert.Equal([history], await Office.EventsAsync());
        Assert.Equal(state == "accepted" ? 1 : 0, Office.Provider.Texts.Count);
        Assert.Equal(0, await Office.LocksAsync());
    }

    [Fact]
    public async Task Texts_of_an_alert_that_somebody_took_on_are_canceled()
    {
        await Office.Clinic.EnrolAsync();
        await Office.Clinic.SetOnCallAsync("+15555550177", "+15555550188");
        await Office.Clinic.TextAsync("I want to kill myself");
        await Office.Clinic.ExecuteAsync(
            "UPDATE outbox SET due_at = now() WHERE id = (SELECT max(id::text)::uuid FROM outbox)");
        await Office.Clinic.ExecuteAsync("UPDATE alerts SET status = 'acknowledged', acknowledged_at = now()");

        await Office.RunAsync();

        Assert.DoesNotContain("accepted", await Office.StatesAsync());
        Assert.Contains("canceled alert_closed", await Office.EventsAsync());
        Assert.Empty(Office.Provider.Texts);
    }

    [Fact]
    public async Task Row_that_cannot_be_read_fails_alone()
    {
        await Office.EnrolAsync(9);
        await Office.QueueAsync();
        await Office.Clinic.ExecuteAsync(
            "UPDATE outbox SET phone_ciphertext = '\\x00' WHERE id = (SELECT min(id::text)::uuid FROM outbox)");

        await Office.RunAsync();

        Assert.Equal(["failed", .. Enumerable.Repeat("accepted", 8)], await Office.StatesAsync());
    }

    [Theory]
    [InlineData(TextClass.Crisis)]
    [InlineData(TextClass.Message)]
    [InlineData(TextClass.Reminder)]
    public async Task In_every_zone_of_the_world_texts_that_can_wait_go_by_day_and_a_crisis_at_any_hour(
        TextClass textClass)
    {
        var zones = TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).ToList();
        await Office.EnrolAsync(zones.Count);
        await Office.Clinic.ExecuteAsync($"""
            UPDATE members SET timezone = zone.name
            FROM unnest(ARRAY['{string.Join("','", zones)}']) WITH ORDINALITY AS zone (name, number)
            WHERE display_code = 'M-' || number
            """);
        await Office.QueueAsync(textClass);

        var before = TimeProvider.System.GetUtcNow();
        await Office.RunAsync();
        var after = TimeProvider.System.GetUtcNow();

        var rows = await Office.Clinic.QueryAsync("""
            SELECT timezone || ' ' || outbox.state || ' ' || extract(epoch FROM due_at)::bigint
            FROM outbox JOIN members ON members.id = member_id
            """);
        Assert.Equal(zones.Count, rows.Count);
        Assert.All(rows, row =>
        {
            var parts = row.Split(' ');
            var zone = TimeZoneInfo.FindSystemTimeZoneById(parts[0]);
            var (early, late) = (QuietHours.EarliestFrom(before, zone), QuietHours.EarliestFrom(after, zone));
            var isSent = textClass == TextClass.Crisis || early == before || late == after;
            var isHeld = textClass != TextClass.Crisis && (early != before || late != after);
            Assert.True(parts[1] == "accepted" ? isSent : isHeld, row);
            Assert.True(parts[1] == "accepted" || long.Parse(parts[2], null) == late.ToUnixTimeSeconds(), row);
        });
        Assert.Equal(
            textClass == TextClass.Crisis, rows.All(row => row.Contains(" accepted ", StringComparison.Ordinal)));
    }
}
