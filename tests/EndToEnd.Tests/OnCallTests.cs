using System.Text.Json.Nodes;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

public sealed class OnCallTests(ServiceFixture service)
{
    [Fact]
    public async Task Account_begins_without_contacts()
    {
        var clinic = await service.OpenClinicAsync();

        var list = await clinic.Clinician.GetAsync(Clinic.OnCall);

        Assert.Equal("""{"data":[],"next_cursor":null}""", list.Is(200).Text);
    }

    [Fact]
    public async Task Contacts_keep_their_order_and_hide_their_phones()
    {
        var clinic = await service.OpenClinicAsync();
        const string Expected = """{"data":[{"name":"Contact 1","phone_last4":"0109"},"""
            + """{"name":"Contact 2","phone_last4":"0101"}],"next_cursor":null}""";

        var put = await clinic.Clinician.PutAsync(Clinic.OnCall, Sample.OnCall("+15555550109", "+15555550101"));

        Assert.Equal(Expected, put.Is(200).Text);
        Assert.Equal(Expected, (await clinic.Clinician.GetAsync(Clinic.OnCall)).Is(200).Text);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(1, 10)]
    public async Task New_contacts_replace_all_earlier_ones(int earlier, int later)
    {
        var clinic = await service.OpenClinicAsync();
        foreach (var count in new[] { earlier, later })
            (await clinic.Clinician.PutAsync(Clinic.OnCall, Contacts(count))).Is(200);

        Assert.Equal(later, (await clinic.Clinician.GetAsync(Clinic.OnCall)).Is(200).Data.Count);
    }

    [Fact]
    public async Task Accounts_do_not_share_contacts()
    {
        var clinic = await service.OpenClinicAsync();
        (await clinic.Clinician.PutAsync(Clinic.OnCall, Contacts(1))).Is(200);

        var other = await service.OpenClinicAsync();

        Assert.Empty((await other.Clinician.GetAsync(Clinic.OnCall)).Is(200).Data);
    }

    [Fact]
    public async Task Alert_writes_a_text_to_each_contact_in_order_with_the_check_in()
    {
        var clinic = await service.OpenClinicAsync();
        (await clinic.Clinician.PutAsync(Clinic.OnCall, Contacts(3))).Is(200);

        var (_, alert) = await clinic.AlertAsync();

        Assert.Equal(
            await clinic.QueryAsync<byte[]>(
                "SELECT phone_hash FROM on_call_contacts WHERE account_id = $1 ORDER BY position"),
            await clinic.QueryAsync<byte[]>("SELECT phone_hash FROM outbox WHERE account_id = $1 ORDER BY id"));
        Assert.Equal(
            [$"{alert} alert risk_alert 0", $"{alert} alert risk_alert 5", $"{alert} alert risk_alert 10"],
            await clinic.QueryAsync<string>("""
                SELECT alert_id || ' ' || class || ' ' || template || ' '
                    || round(extract(epoch FROM due_at - created_at) / 60)
                FROM outbox WHERE account_id = $1 ORDER BY id
                """));
        Assert.Equal(
            ["true"],
            await clinic.QueryAsync<string>("""
                SELECT DISTINCT (o.xmin = c.xmin AND o.xmin = a.xmin)::text
                FROM outbox o JOIN alerts a ON a.id = alert_id
                    JOIN (SELECT xmin FROM check_ins WHERE account_id = $1 ORDER BY id DESC LIMIT 1) c ON true
                WHERE o.account_id = $1 AND o.attempts = 0 AND o.due_at > now()
                """));
    }

    [Fact]
    public async Task Alert_without_contacts_writes_no_text()
    {
        var clinic = await service.OpenClinicAsync();

        await clinic.AlertAsync();

        Assert.Empty(await clinic.QueryAsync<Guid>("SELECT id FROM outbox WHERE account_id = $1"));
    }

    private static JsonArray Contacts(int count) =>
        Sample.OnCall([.. Enumerable.Range(0, count).Select(i => $"+155555501{i:D2}")]);
}
