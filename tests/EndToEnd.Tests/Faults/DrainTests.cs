using Npgsql;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Faults;

[Collection(FaultCollection.Name)]
public sealed class DrainTests(ServiceFixture fixture)
{
    [Fact]
    public async Task Request_in_flight_is_answered_and_new_ones_are_refused()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var service = await fixture.StartOwnAsync();
        var clinic = await service.Deployment.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        await using var connection = await service.Deployment.Database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var hold = new NpgsqlCommand("SELECT id FROM members WHERE id = $1 FOR UPDATE", connection)
        {
            Parameters = { new() { Value = member } },
        };
        await hold.ExecuteNonQueryAsync(cancellationToken);
        var inFlight = clinic.Member(member).PostAsync(Clinic.CheckIns, Sample.CheckIn(member));
        await Poll.UntilAsync(
            async () => (await clinic.QueryAsync<int>(
                "SELECT pid FROM pg_stat_activity "
                + "WHERE wait_event_type = 'Lock' AND datname = current_database() AND $1 IS NOT NULL"))
                .Count > 0,
            "the check-in waits for its member",
            TimeSpan.FromSeconds(2));

        service.Terminate();
        await Poll.UntilAsync(() => RefusesAsync(service), "new connections are refused", TimeSpan.FromSeconds(2));
        await transaction.CommitAsync(cancellationToken);

        (await inFlight).Is(201);
        Assert.Equal(0, await service.WaitForExitAsync());
        Assert.Empty(service.Errors);
    }

    [Fact]
    public async Task What_is_done_under_load_is_answered_before_the_end()
    {
        await using var service = await fixture.StartOwnAsync();
        var clinic = await service.Deployment.OpenClinicAsync();
        var load = await Load.StartAsync(clinic, retries: false);
        await load.AcceptMoreAsync(100);

        service.Terminate();

        Assert.Equal(0, await service.WaitForExitAsync());
        await load.EndAsync();
        await clinic.AssertHoldsExactlyAsync(load);
    }

    private static async Task<bool> RefusesAsync(LocalService service)
    {
        try
        {
            using var connection = new System.Net.Sockets.TcpClient();
            await connection.ConnectAsync(
                service.Deployment.Address.Host, service.Deployment.Address.Port,
                TestContext.Current.CancellationToken);
            return false;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return true;
        }
    }
}
