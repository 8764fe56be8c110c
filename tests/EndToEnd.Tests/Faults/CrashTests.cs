using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Faults;

[Collection(FaultCollection.Name)]
public sealed class CrashTests
{
    private const int Crashes = 5;
    private const int Between = 40;

    [Fact]
    public async Task Killed_service_loses_and_doubles_nothing()
    {
        await using var ward = await Ward.OpenAsync();
        var clinic = await ward.Service.Deployment.OpenClinicAsync();
        var load = await Load.StartAsync(clinic, retries: true);

        for (var crash = 0; crash < Crashes; crash++)
        {
            await load.AcceptMoreAsync(Between);
            await ward.Service.CrashAsync();
        }

        await AssertKeptAsync(ward, clinic, load);
    }

    [Fact]
    public async Task Killed_database_loses_and_doubles_nothing()
    {
        await using var ward = await Ward.OpenAsync();
        var clinic = await ward.Service.Deployment.OpenClinicAsync();
        var load = await Load.StartAsync(clinic, retries: true);

        for (var crash = 0; crash < Crashes; crash++)
        {
            await load.AcceptMoreAsync(Between);
            await ward.Postgres.KillAsync(TestContext.Current.CancellationToken);
            await ward.Postgres.StartAsync(TestContext.Current.CancellationToken);
        }

        await AssertKeptAsync(ward, clinic, load);
    }

    private static async Task AssertKeptAsync(Ward ward, Clinic clinic, Load load)
    {
        await load.AcceptMoreAsync(Between);
        await load.StopAsync();
        await ward.Service.WaitForAsync("/readyz", 200, TimeSpan.FromSeconds(5));

        // Connections of before the crash are no news.
        clinic.Deployment.Database.Clear();
        await clinic.AssertHoldsExactlyAsync(load);
        Assert.Equal(["on"], await clinic.QueryAsync<string>("SELECT current_setting('fsync') WHERE $1 IS NOT NULL"));
    }
}

internal static class Accounts
{
    /// <summary>
    /// Each check-in that was answered is there, once for its key, with all that belongs to it; and no other.
    /// </summary>
    public static async Task AssertHoldsExactlyAsync(this Clinic clinic, Load load)
    {
        var stored = await clinic.QueryAsync<string>(
            "SELECT key || ' ' || check_in_id FROM idempotency WHERE account_id = $1");
        Assert.Equal(
            load.Accepted.Select(pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal),
            stored.Order(StringComparer.Ordinal));
        Assert.Equal(
            load.Accepted.Values.Order(),
            (await clinic.QueryAsync<Guid>("""
                SELECT c.id FROM check_ins c JOIN risk_scores ON check_in_id = c.id
                    JOIN audit_log ON subject_id = c.id AND action = 'check_in.created'
                WHERE c.account_id = $1
                """)).Order());
        Assert.Equal(
            [load.Accepted.Count],
            await clinic.QueryAsync<long>("SELECT sum(check_in_count) FROM members WHERE account_id = $1"));
        Assert.Equal(
            [load.Accepted.Count],
            await clinic.QueryAsync<long>("SELECT count(*) FROM check_ins WHERE account_id = $1"));
    }
}
