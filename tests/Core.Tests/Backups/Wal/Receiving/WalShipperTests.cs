using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Receiving;

namespace RecoveryOS.Core.Tests.Backups.Wal.Receiving;

public sealed class WalShipperTests : IDisposable
{
    private readonly SpoolStage stage = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task Whole_segments_and_histories_go_to_the_store_and_the_newest_stays_here()
    {
        var (first, second) = (SpoolStage.Segment(5), SpoolStage.Segment(6));
        stage.Receive(first, SpoolStage.Content(1));
        stage.Receive(second, SpoolStage.Content(2));
        await File.WriteAllTextAsync(
            Path.Combine(stage.Spool.Folder, "00000002.history"),
            "1\t0/700000\tno recovery target specified\n",
            CancellationToken);

        var shipper = stage.NewShipper();
        await shipper.ShipAsync(isEnd: false, CancellationToken);

        Assert.Equal([$"{first.Name}.gz", $"{second.Name}.gz", "00000002.history"], await stage.StoredAsync());
        Assert.Equal([second.Name, "00000002.history"], stage.Local());
        Assert.Equal(SpoolStage.Content(1), await stage.ReadAsync(first));
        Assert.Equal(second.End, shipper.Shipped);
        var history = await stage.Get<WalArchive>().ReadHistoryAsync(SpoolStage.Name, 2, CancellationToken);
        Assert.Equal(Lsn.Parse("0/700000"), Assert.Single(history.Switches).At);
    }

    [Fact]
    public async Task Of_an_open_segment_the_furthest_part_is_kept_until_it_is_whole()
    {
        var segment = SpoolStage.Segment(7);
        var shipper = stage.NewShipper();

        stage.ReceivePart(segment, SpoolStage.Content(1, 1000));
        await shipper.ShipAsync(isEnd: true, CancellationToken);
        Assert.Equal([$"{segment.Name}.gz.partial-0000001000"], await stage.StoredAsync());

        stage.ReceivePart(segment, SpoolStage.Content(1, 500_001));
        await shipper.ShipAsync(isEnd: true, CancellationToken);
        Assert.Equal([$"{segment.Name}.gz.partial-0000500008"], await stage.StoredAsync());
        byte[] expected = [.. SpoolStage.Content(1, 500_001), .. new byte[SpoolStage.SegmentSize - 500_001]];
        Assert.Equal(expected, await stage.ReadAsync(segment));

        stage.Receive(segment, SpoolStage.Content(1));
        await shipper.ShipAsync(isEnd: false, CancellationToken);
        Assert.Equal([$"{segment.Name}.gz"], await stage.StoredAsync());
    }

    [Fact]
    public async Task A_part_that_was_listed_and_gave_way_is_read_from_the_one_that_reaches_further()
    {
        var segment = SpoolStage.Segment(7);
        var shipper = stage.NewShipper();
        stage.ReceivePart(segment, SpoolStage.Content(1, 1000));
        await shipper.ShipAsync(isEnd: true, CancellationToken);
        var archive = stage.Get<WalArchive>();
        var listed = await archive.FindAsync(SpoolStage.Name, segment, CancellationToken);
        Assert.NotNull(listed);

        stage.ReceivePart(segment, SpoolStage.Content(1, 2000));
        await shipper.ShipAsync(isEnd: true, CancellationToken);

        await using var content = await archive.OpenAsync(listed, CancellationToken);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, CancellationToken);
        Assert.Equal([.. SpoolStage.Content(1, 2000), .. new byte[SpoolStage.SegmentSize - 2000]], copy.ToArray());
    }

    [Fact]
    public async Task Parts_go_at_most_every_few_seconds_while_the_stream_runs()
    {
        var segment = SpoolStage.Segment(7);
        var shipper = stage.NewShipper();
        stage.ReceivePart(segment, SpoolStage.Content(1, 1000));
        await shipper.ShipAsync(isEnd: false, CancellationToken);
        stage.ReceivePart(segment, SpoolStage.Content(1, 2000));
        await shipper.ShipAsync(isEnd: false, CancellationToken);

        Assert.Equal([$"{segment.Name}.gz.partial-0000001000"], await stage.StoredAsync());
    }

    [Fact]
    public async Task A_part_that_is_full_is_stored_as_the_whole_segment()
    {
        var segment = SpoolStage.Segment(7);
        stage.ReceivePart(segment, SpoolStage.Content(3));
        await stage.NewShipper().ShipAsync(isEnd: true, CancellationToken);

        Assert.Equal([$"{segment.Name}.gz"], await stage.StoredAsync());
    }

    [Fact]
    public async Task After_a_kill_the_same_again_is_fine_and_other_content_is_not()
    {
        var segment = SpoolStage.Segment(9);
        stage.Receive(segment, SpoolStage.Content(1));
        await stage.NewShipper().ShipAsync(isEnd: false, CancellationToken);
        await stage.NewShipper().ShipAsync(isEnd: false, CancellationToken);

        stage.Receive(segment, SpoolStage.Content(2));
        var failure = await Assert.ThrowsAsync<BackupException>(
            () => stage.NewShipper().ShipAsync(isEnd: false, CancellationToken));

        Assert.Equal("wal_conflict", failure.Code);
        Assert.Equal(SpoolStage.Content(1), await stage.ReadAsync(segment));
        Assert.Equal([segment.Name], stage.Local());
    }

    [Fact]
    public async Task While_the_store_is_away_everything_stays_here_and_goes_in_order_afterwards()
    {
        Directory.Move(stage.StoreFolder, $"{stage.StoreFolder}.away");
        for (var number = 1UL; number <= 4; number++)
            stage.Receive(SpoolStage.Segment(number), SpoolStage.Content((int)number));
        var shipper = stage.NewShipper();
        await Assert.ThrowsAsync<BackupStoreException>(() => shipper.ShipAsync(isEnd: false, CancellationToken));
        Assert.Equal(4, stage.Local().Count);

        Directory.Move($"{stage.StoreFolder}.away", stage.StoreFolder);
        await shipper.ShipAsync(isEnd: false, CancellationToken);

        Assert.Equal(4, (await stage.StoredAsync()).Count);
        Assert.Equal([SpoolStage.Segment(4).Name], stage.Local());
    }

    [Fact]
    public async Task What_was_set_aside_is_shipped_too()
    {
        stage.Receive(SpoolStage.Segment(1), SpoolStage.Content(1));
        stage.ReceivePart(SpoolStage.Segment(2), SpoolStage.Content(2, 4096));
        stage.Spool.SetAside();
        stage.Receive(SpoolStage.Segment(8), SpoolStage.Content(8));
        await stage.NewShipper().ShipAsync(isEnd: false, CancellationToken);

        Assert.Equal(
            [$"{SpoolStage.Segment(1).Name}.gz", $"{SpoolStage.Segment(2).Name}.gz.partial-0000004096",
                $"{SpoolStage.Segment(8).Name}.gz"],
            await stage.StoredAsync());
        Assert.Empty(stage.Spool.AsideFolders());
    }

    [Fact]
    public async Task The_first_chain_is_entered_once()
    {
        for (var start = 0; start < 2; start++)
        {
            stage.Spool.Keep(
                new PendingChain(1, SpoolStage.Segment(3).Start, "the folder was lost", UnlessJoined: true));
            await stage.NewShipper().ShipAsync(isEnd: false, CancellationToken);
        }

        var entry = Assert.Single(await stage.Catalogue.ReadAsync(SpoolStage.Name, CancellationToken));
        Assert.Equal(new WalChainStart(1, SpoolStage.Segment(3).Start, "the first start"), entry.WalChain);
        Assert.True(await stage.Get<WalReceivers>().NeedsBaseAsync(SpoolStage.Name, CancellationToken));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    public async Task A_folder_that_was_lost_begins_a_chain_only_where_the_store_has_a_hole(int segment, int chains)
    {
        stage.Spool.Keep(new PendingChain(1, SpoolStage.Segment(3).Start, "", UnlessJoined: false));
        stage.Receive(SpoolStage.Segment(3), SpoolStage.Content(3));
        await stage.NewShipper().ShipAsync(isEnd: false, CancellationToken);

        stage.Spool.Keep(
            new PendingChain(1, SpoolStage.Segment((ulong)segment).Start, "the folder was lost", UnlessJoined: true));
        await stage.NewShipper().ShipAsync(isEnd: false, CancellationToken);

        Assert.Equal(chains, (await stage.Catalogue.ReadAsync(SpoolStage.Name, CancellationToken)).Count);
    }

    [Fact]
    public async Task A_cut_segment_in_the_store_is_damaged_and_not_shorter()
    {
        var segment = SpoolStage.Segment(7);
        stage.Receive(segment, SpoolStage.Content(1));
        await stage.NewShipper().ShipAsync(isEnd: false, CancellationToken);
        var file = Path.Combine(stage.StoreFolder, WalObjectName.Of(SpoolStage.Name, segment));
        await using (var stored = File.OpenWrite(file))
        {
            stored.SetLength(stored.Length / 2);
        }

        var failure = await Assert.ThrowsAsync<BackupStoreException>(() => stage.ReadAsync(segment));

        Assert.Equal(BackupStoreFailure.Damaged, failure.Failure);
    }
}
