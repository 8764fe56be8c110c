using RecoveryOS.EndToEnd.Tests.Faults;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

[Collection(FaultCollection.Name)]
public sealed class TimerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Every_timer_runs_and_says_so_and_an_alert_goes_from_contact_to_contact()
    {
        await using var ward = await Ward.OpenAsync(
            ("Schedules__DispatchMessages", "* * * * * *"),
            ("Schedules__ReconcileMessages", "* * * * * *"),
            ("Schedules__SendReminders", "* * * * * *"),
            ("Schedules__EscalateAlerts", "* * * * * *"));
        var clinic = await ward.Service.Deployment.OpenClinicAsync();

        await Poll.UntilAsync(
            async () => (await clinic.QueryAsync<string>(
                "SELECT name FROM timer_runs WHERE succeeded_at IS NOT NULL AND $1 IS NOT NULL ORDER BY name"))
                .SequenceEqual(["DispatchMessages", "EscalateAlerts", "ReconcileMessages", "SendReminders"]),
            "all four timers have succeeded: "
                + string.Join("; ", ward.Service.Output.Concat(ward.Service.Errors).TakeLast(40)),
            Limit);

        (await clinic.Clinician.PutAsync(Clinic.OnCall, Sample.OnCall("+15555550101", "+15555550102"))).Is(200);
        var (_, alert) = await clinic.AlertAsync();
        await clinic.QueryAsync<Guid>("""
            UPDATE outbox SET state = 'failed' WHERE id = (
                SELECT id FROM outbox WHERE account_id = $1 ORDER BY due_at LIMIT 1)
            RETURNING id
            """);
        await Poll.UntilAsync(
            async () => (await clinic.QueryAsync<Guid>("""
                SELECT message_id FROM message_events e JOIN outbox ON outbox.id = message_id
                WHERE account_id = $1 AND kind = 'brought_forward'
                """)).Count == 1,
            "the second contact's text was brought forward",
            Limit);

        (await clinic.Clinician.PostAsync($"/v1/alerts/{alert}/acknowledge", null)).Is(200);
        await Poll.UntilAsync(
            async () => (await clinic.QueryAsync<string>(
                "SELECT state::text FROM outbox WHERE account_id = $1 AND state = 'queued'")).Count == 0,
            "nothing waits once somebody acknowledged",
            Limit);
    }
}
