using Npgsql;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

public sealed class OutboxTests(PostgresFixture postgres)
{
    private static readonly QueuedText Reminder = new()
    {
        Class = TextClass.Reminder,
        Template = "check_in_reminder",
        ExpiresAt = TimeProvider.System.GetUtcNow().AddHours(8),
        DedupKey = "reminder-2026-01-01",
    };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Text_is_queued_once_for_its_key_with_what_causes_it_or_not_at_all()
    {
        await using var office = await TextOffice.OpenAsync(postgres);
        var member = await office.Clinic.EnrolAsync();
        var account = Guid.Parse(await office.Clinic.ScalarAsync("SELECT id FROM accounts"));

        Assert.Equal(1, await QueueAsync(office, account, member, Reminder));
        Assert.Equal(0, await QueueAsync(office, account, member, Reminder));
        Assert.Equal(0, await QueueAsync(office, Guid.NewGuid(), member, Reminder with { DedupKey = null }));
        await Assert.ThrowsAsync<PostgresException>(
            () => QueueAsync(office, account, member, Reminder with { DedupKey = null }, "SELECT 1 / 0"));
        await office.Clinic.ExecuteAsync("UPDATE members SET state = 'discharged'");
        Assert.Equal(0, await QueueAsync(office, account, member, Reminder with { DedupKey = null }));

        Assert.Equal(
            [$"{member} reminder check_in_reminder queued"],
            await office.Clinic.QueryAsync("SELECT concat_ws(' ', member_id, class, template, state) FROM outbox"));
    }

    private static async Task<int> QueueAsync(
        TextOffice office, Guid account, Guid member, QueuedText text, string cause = "SELECT 1")
    {
        await using var batch = office.Clinic.Database.CreateBatch();
        batch.Queue(account, member, text);
        batch.BatchCommands.Add(new(cause));
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken);
        var rows = 0;
        while (await reader.ReadAsync(CancellationToken))
        {
            rows++;
        }

        while (await reader.NextResultAsync(CancellationToken))
        {
            // The cause fails here, if it does.
        }

        return rows;
    }
}
