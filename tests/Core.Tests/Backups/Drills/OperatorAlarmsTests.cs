using RecoveryOS.Core.Backups.Alarms;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

public sealed class OperatorAlarmsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private DrillRoom? opened;

    private DrillRoom Room => opened ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await DrillRoom.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Room.DisposeAsync();

    [Fact]
    public async Task An_alarm_that_lasts_is_one_row_and_one_text_a_day_to_each_operator()
    {
        var alarms = Room.Alarms("+15555550100", "+15555550101");
        await alarms.RaiseAsync("main", AlarmKind.RestoreTestFailed, "Rows are missing.", CancellationToken);
        await alarms.RaiseAsync("main", AlarmKind.RestoreTestFailed, "Rows are still missing.", CancellationToken);

        var alarm = Assert.Single(await alarms.ListAsync(CancellationToken));
        Assert.Equal(
            ("main", "restore_test_failed", "Rows are still missing.", 2),
            (alarm.Server, alarm.Kind, alarm.Detail, alarm.Times));
        Assert.Equal(["alert operator_alert {}", "alert operator_alert {}"], await TextsAsync());

        await Room.QueryAsync("""
            UPDATE outbox SET dedup_key = replace(dedup_key, (now() AT TIME ZONE 'UTC')::date::text, 'yesterday')
            RETURNING id
            """);
        await alarms.RaiseAsync("main", AlarmKind.RestoreTestFailed, "And on the next day.", CancellationToken);
        Assert.Equal(4, (await TextsAsync()).Count);
    }

    [Fact]
    public async Task An_alarm_that_ended_and_comes_again_is_another_one()
    {
        var alarms = Room.Alarms("+15555550100");
        await alarms.RaiseAsync("main", AlarmKind.WalDamaged, "A segment is missing.", CancellationToken);
        await alarms.EndAsync("main", AlarmKind.WindowHole, CancellationToken);
        Assert.Single(await alarms.ListAsync(CancellationToken));
        await alarms.EndAsync("main", AlarmKind.WalDamaged, CancellationToken);
        Assert.Empty(await alarms.ListAsync(CancellationToken));

        await alarms.RaiseAsync("main", AlarmKind.WalDamaged, "Another is missing.", CancellationToken);

        Assert.Equal(1, Assert.Single(await alarms.ListAsync(CancellationToken)).Times);
        Assert.Equal(2, (await TextsAsync()).Count);
    }

    private Task<List<string>> TextsAsync() =>
        Room.QueryAsync("SELECT class || ' ' || template || ' ' || variables::text FROM outbox");
}
