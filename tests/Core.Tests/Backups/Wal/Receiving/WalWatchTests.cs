using System.Diagnostics.Metrics;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Receiving;
using RecoveryOS.Core.Tests.Messaging.Inbound;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Wal.Receiving;

public sealed class WalWatchTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TextClinic? clinic;
    private SpoolStage? opened;

    private TextClinic Clinic => clinic ?? throw new InvalidOperationException("not yet opened");

    private SpoolStage Stage => opened ?? throw new InvalidOperationException("not yet opened");

    private WalReceivers Receivers => Stage.Get<WalReceivers>();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        clinic = await TextClinic.OpenAsync(postgres);
        opened = new(clinic.Url);
    }

    public async ValueTask DisposeAsync()
    {
        Stage.Dispose();
        await Clinic.DisposeAsync();
    }

    [Fact]
    public async Task A_server_without_a_receiver_is_down()
    {
        await Stage.Get<WalWatch>().RunAsync(CancellationToken);

        var row = Assert.Single(await Receivers.ListAsync(CancellationToken));
        Assert.Equal((ReceiverState.Down, "silent"), (row.State, row.Failure));
        Assert.NotNull(row.Written);
    }

    [Fact]
    public async Task The_slot_is_shown_as_the_server_sees_it()
    {
        var slot = SlotName.Of(SpoolStage.Name);
        Dictionary<string, double> seen = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, Stage.Get<IMeterFactory>()))
                    own.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();
        await Clinic.ExecuteAsync($"SELECT pg_create_physical_replication_slot('{slot}', true)");
        try
        {
            await Stage.Get<WalWatch>().RunAsync(CancellationToken);
        }
        finally
        {
            await Clinic.ExecuteAsync($"SELECT pg_drop_replication_slot('{slot}')");
        }

        listener.RecordObservableInstruments();
        Assert.Equal(0, seen["recoveryos_slot_wal_status"]);
    }

    [Fact]
    public async Task A_receiver_that_fell_silent_is_down_and_what_it_left_is_shipped()
    {
        await ReportAsync();
        await Clinic.ExecuteAsync("UPDATE wal_receivers SET seen_at = now() - interval '1 minute'");
        Stage.Receive(SpoolStage.Segment(1), SpoolStage.Content(1));
        Stage.ReceivePart(SpoolStage.Segment(2), SpoolStage.Content(2, 800));
        using (Stage.Spool.TryLock())
        {
            await Stage.Get<WalWatch>().RunAsync(CancellationToken);
            Assert.Empty(await Stage.StoredAsync());
        }

        await Stage.Get<WalWatch>().RunAsync(CancellationToken);

        var row = Assert.Single(await Receivers.ListAsync(CancellationToken));
        Assert.Equal((ReceiverState.Down, "silent"), (row.State, row.Failure));
        Assert.Equal(2, (await Stage.StoredAsync()).Count);
        Assert.Equal(SpoolStage.Segment(2).Start + 800, row.Shipped);
    }

    [Fact]
    public async Task A_receiver_that_says_it_receives_while_nobody_reads_the_slot_is_down()
    {
        await ReportAsync();
        await Stage.Get<WalWatch>().RunAsync(CancellationToken);

        var row = Assert.Single(await Receivers.ListAsync(CancellationToken));
        Assert.Equal((ReceiverState.Down, "slot_unused"), (row.State, row.Failure));
    }

    [Fact]
    public async Task Writes_that_were_received_and_not_shipped_for_a_minute_are_brought_on_by_a_segment_switch()
    {
        await ReportAsync();
        var before = await SegmentAsync();
        await Stage.Get<WalWatch>().RunAsync(CancellationToken);
        Assert.Equal(before, await SegmentAsync());

        await ReportAsync();
        await Clinic.ExecuteAsync("UPDATE wal_receivers SET state_at = now() - interval '2 minutes'");
        await Stage.Get<WalWatch>().RunAsync(CancellationToken);

        Assert.NotEqual(before, await SegmentAsync());
    }

    [Fact]
    public async Task A_state_keeps_its_time_while_it_lasts()
    {
        await ReportAsync();
        await Clinic.ExecuteAsync("UPDATE wal_receivers SET state_at = now() - interval '1 hour'");
        await ReportAsync();
        var row = Assert.Single(await Receivers.ListAsync(CancellationToken));
        Assert.True(row.SeenAt - row.StateAt > TimeSpan.FromMinutes(59));
        Assert.Equal((new Lsn(20), new Lsn(10)), (row.Written, row.Received));

        await Receivers.ReportAsync(
            SpoolStage.Name, new(ReceiverState.SlotLost, "slot_lost", "lost"), new Lsn(9), null, CancellationToken);
        row = Assert.Single(await Receivers.ListAsync(CancellationToken));
        Assert.Equal((ReceiverState.SlotLost, "slot_lost", "lost"), (row.State, row.Failure, row.Detail));
        Assert.True(row.SeenAt - row.StateAt < TimeSpan.FromMinutes(1));
        Assert.Equal((new Lsn(20), new Lsn(9)), (row.Written, row.Shipped));
    }

    private async Task<string?> SegmentAsync()
    {
        await using var command = Clinic.Database.CreateCommand("SELECT pg_walfile_name(pg_current_wal_insert_lsn())");
        return await command.ExecuteScalarAsync(CancellationToken) as string;
    }

    private Task ReportAsync() => Receivers.ReportAsync(
        SpoolStage.Name,
        new(ReceiverState.Receiving, null, null, new Lsn(20), new Lsn(10)),
        null,
        null,
        CancellationToken);
}
