using Npgsql;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

/// <summary>Requests that meet: one waits for what another one holds.</summary>
public sealed class RaceTests(ServiceFixture service)
{
    private const string Key = "Idempotency-Key";

    [Fact]
    public async Task Member_discharged_while_a_check_in_with_a_key_waits_is_a_conflict()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        await using var hold = await Hold.OpenAsync(
            clinic, "UPDATE members SET state = 'discharged' WHERE id = $1", member);
        var request = clinic.Clinician.PostAsync(Clinic.CheckIns, Sample.CheckIn(member), (Key, "a"));
        await WaitsAsync(clinic, 1);

        await hold.CommitAsync();

        (await request).Is(409, "conflict");
    }

    [Fact]
    public async Task Contacts_replaced_twice_at_once_are_those_of_one_request()
    {
        var clinic = await service.OpenClinicAsync();
        (await clinic.Clinician.PutAsync(Clinic.OnCall, Sample.OnCall("+15555550101", "+15555550102"))).Is(200);
        await using var hold = await Hold.OpenAsync(
            clinic, "SELECT id FROM accounts WHERE id = $1 FOR UPDATE", clinic.Account);
        var many = clinic.Clinician.PutAsync(
            Clinic.OnCall, Sample.OnCall([.. Enumerable.Range(1, 5).Select(i => $"+1555555020{i}")]));
        await WaitsAsync(clinic, 1);
        var few = clinic.Clinician.PutAsync(Clinic.OnCall, Sample.OnCall("+15555550301"));
        await WaitsAsync(clinic, 2);
        await hold.CommitAsync();
        (await many).Is(200);
        (await few).Is(200);

        var last4 = (await clinic.Clinician.GetAsync(Clinic.OnCall)).Is(200).Data.Select("phone_last4");
        Assert.True(
            last4 is ["0301"] or ["0201", "0202", "0203", "0204", "0205"], string.Join(' ', last4));
    }

    [Fact]
    public async Task Newest_risk_is_scored_after_many_check_ins_at_once()
    {
        var clinic = await service.OpenClinicAsync();
        for (var i = 0; i < 20; i++)
        {
            var member = await clinic.EnrolAsync();
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => clinic.CheckInAsync(member, 0)));
            Assert.Equal(
                "ok",
                (await clinic.Member(member).GetAsync($"/v1/members/{member}/risk")).Is(200)["state"].GetString());
        }
    }

    private static Task WaitsAsync(Clinic clinic, int count) => Poll.UntilAsync(
        async () => (await clinic.QueryAsync<int>(
            "SELECT pid FROM pg_stat_activity "
            + "WHERE wait_event_type = 'Lock' AND datname = current_database() AND $1 IS NOT NULL")).Count >= count,
        "a request waits", TimeSpan.FromSeconds(2));

    private sealed class Hold(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public static async Task<Hold> OpenAsync(Clinic clinic, string sql, Guid id)
        {
            var connection = await clinic.Deployment.Database.OpenConnectionAsync(
                TestContext.Current.CancellationToken);
            var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = id } } };
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            return new(connection, transaction);
        }

        public Task CommitAsync() => transaction.CommitAsync(TestContext.Current.CancellationToken);

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
