using System.Diagnostics;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Receiving;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Tests.Backups.Wal.Receiving;

public sealed class WalReceiverTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slot_that_the_server_gave_up_begins_a_new_chain_and_nothing_received_is_lost()
    {
        await using var stage = await WalStage.OpenAsync(new()
        {
            ["max_slot_wal_keep_size"] = "16MB",
            ["min_wal_size"] = "32MB",
            ["max_wal_size"] = "32MB",
        });
        await stage.StartReceivingAsync();
        await stage.WriteAsync(megabytes: 4);
        var before = await stage.PositionAsync();
        await stage.UntilAsync(() => stage.IsStoredAsync(before), "the first writes are stored");
        await stage.StopReceivingAsync();

        for (var write = 0; write < 6; write++)
            await stage.ExecuteAsync(
                "SELECT pg_switch_wal(); CREATE TABLE IF NOT EXISTS t (); DROP TABLE t; CHECKPOINT");
        await stage.UntilAsync(
            async () => await stage.AskAsync<string>("SELECT wal_status FROM pg_replication_slots") is "lost",
            "the slot is lost");
        await stage.StartReceivingAsync();
        await stage.UntilAsync(async () => (await stage.ChainsAsync()).Count == 2, "a second chain is entered");
        await stage.WriteAsync(megabytes: 1);
        var end = await stage.PositionAsync();
        await stage.UntilAsync(() => stage.IsStoredAsync(end), "it is received again");

        var chains = await stage.ChainsAsync();
        Assert.Equal("the first start", chains[0].Reason);
        Assert.Contains("slot was lost", chains[1].Reason, StringComparison.Ordinal);
        var archived = Assert.Single((await stage.ArchivedAsync()).Timelines);
        var afterwards = archived.Segments.Concat(archived.Partials).Where(
            segment => segment.Segment.Start >= chains[1].Lsn);
        Assert.Equal(chains[1].Lsn, afterwards.Min(segment => segment.Segment.Start));
        Assert.Contains(
            archived.Segments.Concat(archived.Partials),
            segment => segment.End + 64 >= before && segment.Segment.Start < before);
        Assert.True(await stage.Get<WalReceivers>().NeedsBaseAsync(WalStage.Name, CancellationToken));
    }

    [Fact]
    public async Task A_new_timeline_is_followed_and_its_history_stored()
    {
        await using var stage = await WalStage.OpenAsync(new() { ["restore_command"] = "false" });
        await stage.StartReceivingAsync();
        await stage.WriteAsync(megabytes: 1);
        await stage.Server.StopAsync(immediate: false, CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(stage.Server.DataFolder, "recovery.signal"), "", CancellationToken);
        await stage.Server.StartAsync(CancellationToken);
        await stage.UntilAsync(async () => !await stage.AskAsync<bool>("SELECT pg_is_in_recovery()"), "it is promoted");
        await stage.WriteAsync(megabytes: 1);
        var end = await stage.PositionAsync();
        await stage.UntilAsync(() => stage.IsStoredAsync(end), "the new timeline is stored");

        var archived = await stage.ArchivedAsync();
        Assert.Equal([2U], archived.Histories);
        Assert.Equal([1U, 2U], archived.Timelines.Select(timeline => timeline.Timeline));
        var at = Assert.Single((await stage.Archive.ReadHistoryAsync(WalStage.Name, 2, CancellationToken)).Switches).At;
        Assert.True(
            archived.Timelines[0].Segments.Concat(archived.Timelines[0].Partials)
                .Max(segment => segment.End) + 64 >= at);
        Assert.Single(await stage.ChainsAsync());
    }

    [Fact]
    public async Task A_receiver_that_stands_still_while_the_server_writes_is_stalled_within_30_s_and_is_started_again()
    {
        await using var stage = await WalStage.OpenAsync();
        await stage.StartReceivingAsync();
        var process = Assert.Single(ProcessTable.WithArguments("pg_receivewal", stage.Spool.Folder));
        using (var stop = Process.Start("kill", ["-STOP", $"{process}"]))
        {
            await stop.WaitForExitAsync(CancellationToken);
        }

        var stopped = TimeProvider.System.GetTimestamp();
        await stage.WriteAsync(megabytes: 1);
        await stage.UntilAsync(() => stage.Station?.Report.State is ReceiverState.Stalled, "it is called stalled");
        Assert.InRange(TimeProvider.System.GetElapsedTime(stopped), TimeSpan.Zero, TimeSpan.FromSeconds(30));

        var end = await stage.PositionAsync();
        await stage.UntilAsync(
            () => stage.Station?.Report is { State: ReceiverState.Receiving } report && report.Received >= end,
            "it moves again");
        Assert.Single(await stage.ChainsAsync());
    }

    [Fact]
    public async Task Without_the_store_receiving_goes_on_and_says_so_and_everything_is_shipped_when_it_is_back()
    {
        await using var stage = await WalStage.OpenAsync();
        await stage.StartReceivingAsync();
        await stage.UntilAsync(async () => (await stage.ChainsAsync()).Count == 1, "the chain is entered");
        Directory.Move(stage.StoreFolder, $"{stage.StoreFolder}.away");
        for (var write = 0; write < 3; write++)
        {
            await stage.WriteAsync(megabytes: 1);
            await stage.ExecuteAsync("SELECT pg_switch_wal()");
        }

        var end = await stage.PositionAsync();
        await stage.UntilAsync(() => stage.Station?.Report.Received >= end, "all is received");
        await stage.UntilAsync(
            () => stage.Station?.Report.Failure is "store_unavailable", "it says that it does not ship");
        Directory.Move($"{stage.StoreFolder}.away", stage.StoreFolder);
        await stage.UntilAsync(() => stage.IsStoredAsync(end), "all is shipped");

        var segments = Assert.Single((await stage.ArchivedAsync()).Timelines).Segments;
        Assert.Equal(segments.Count, (int)(segments[^1].Segment.Number - segments[0].Segment.Number) + 1);
        Assert.True(await stage.StopReceivingAsync());
    }

    [Fact]
    public async Task Another_cluster_under_the_same_name_is_refused()
    {
        await using var stage = await WalStage.OpenAsync();
        using (stage.Spool.TryLock())
        {
            stage.Spool.Keep(new ClusterIdentity("1", WalSegment.DefaultSize));
        }

        stage.Receive();

        await stage.UntilAsync(() => stage.Station?.Report.Failure is "another_cluster", "it is refused");
    }
}
