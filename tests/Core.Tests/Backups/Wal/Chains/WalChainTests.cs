using System.Buffers.Binary;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Chains;
using RecoveryOS.Core.Backups.Wal.Reading;
using RecoveryOS.Core.Tests.Backups.Wal.Reading;

namespace RecoveryOS.Core.Tests.Backups.Wal.Chains;

[Collection(WalCollection.Name)]
public sealed class WalChainTests(WalCluster cluster)
{
    private readonly ArchiveCopy archive = new(cluster);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_archive_is_intact_to_the_servers_last_byte_over_a_promotion()
    {
        var report = await VerifyAsync();

        Assert.Empty(report.Damages);
        Assert.Equal((2U, cluster.End), (report.Timeline, report.End));
        Assert.Equal(
            [.. cluster.First.Select(segment => segment.Name), .. cluster.Second.Select(segment => segment.Name),
                $"{cluster.Current.Name}.partial"],
            archive.Opened);
        Assert.Equal(
            cluster.RestorePoints.Keys,
            report.Readings.SelectMany(reading => reading.RestorePoints).Select(point => point.Name));
    }

    [Fact]
    public async Task A_second_run_opens_only_what_is_new()
    {
        var whole = await VerifyAsync();
        var newest = cluster.Second[^1];
        var bytes = archive[newest];
        archive.Remove(newest);
        archive.Remove(cluster.Current);
        var first = await VerifyAsync();
        archive.Put(new ChainFile(newest, newest.Name), bytes);
        archive.Put(new ChainFile(cluster.Current, "open", IsOpen: true), cluster.CurrentBytes());
        archive.Opened.Clear();
        var second = await VerifyAsync(ChainProgress.Parse(first.Progress.ToJson()));

        Assert.Empty(first.Damages);
        Assert.Empty(second.Damages);
        Assert.Equal([newest.Name, "open"], archive.Opened);
        Assert.Equal(
            (whole.End, whole.LastRecord, whole.LastCommit), (second.End, second.LastRecord, second.LastCommit));
        Assert.Equal(whole.Progress.ToJson(), second.Progress.ToJson());
        archive.Opened.Clear();
        Assert.Equal(cluster.End, (await VerifyAsync(second.Progress)).End);
        Assert.Equal(["open"], archive.Opened);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_gap_is_named_by_its_first_byte(int index)
    {
        var before = await VerifyAsync();
        archive.Remove(cluster.First[index]);
        archive.Remove(cluster.First[index + 1]);

        foreach (var progress in new[] { ChainProgress.None, before.Progress })
        {
            var report = await VerifyAsync(progress);
            Assert.Equal((WalDamageReason.Gap, cluster.First[index].Start), One(report));
            Assert.True(index == 0 ? report.End is null : report.End <= cluster.First[index].Start);
        }
    }

    [Fact]
    public async Task No_segment_at_all_is_a_gap_at_the_start()
    {
        var report = await new WalChain(archive.OpenAsync).VerifyAsync(
            new WalListing([], []), Start, ChainProgress.None, CancellationToken);

        Assert.Equal((WalDamageReason.Gap, cluster.First[0].Start), One(report));
        Assert.Null(report.End);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1_000_000)]
    [InlineData(4, WalCluster.SegmentSize - 1)]
    public async Task A_truncated_segment_is_named_by_the_first_byte_that_is_missing(int index, int length)
    {
        archive.Change(cluster.First[index], bytes => bytes[..length]);

        Assert.Equal((WalDamageReason.WrongSize, cluster.First[index].Start + (ulong)length), One(await VerifyAsync()));
    }

    [Fact]
    public async Task A_longer_segment_is_refused()
    {
        archive.Change(cluster.First[1], bytes => [.. bytes, 0]);

        Assert.Equal((WalDamageReason.WrongSize, cluster.First[1].End), One(await VerifyAsync()));
    }

    [Fact]
    public async Task Another_segment_size_is_refused()
    {
        archive.Change(cluster.First[1], bytes => With(bytes, 32, (uint)WalCluster.SegmentSize * 2));

        Assert.Equal((WalDamageReason.WrongSize, cluster.First[1].Start), One(await VerifyAsync()));
    }

    [Fact]
    public async Task A_segment_of_another_cluster_is_refused()
    {
        archive.Change(cluster.First[1], bytes => With(bytes, 24, (uint)cluster.SystemIdentifier + 1));

        Assert.Equal((WalDamageReason.ForeignSystemIdentifier, cluster.First[1].Start), One(await VerifyAsync()));
    }

    [Fact]
    public async Task A_page_of_another_timeline_is_refused()
    {
        archive.Change(cluster.Second[^1], bytes => With(bytes, (10 * 8192) + 4, 1));

        Assert.Equal((WalDamageReason.WrongTimeline, cluster.Second[^1].Start + (10 * 8192)), One(await VerifyAsync()));
    }

    [Fact]
    public async Task A_segment_under_anothers_name_is_refused()
    {
        var other = archive[cluster.First[0]];
        archive.Change(cluster.First[1], _ => other);

        Assert.Equal((WalDamageReason.BadPage, cluster.First[1].Start), One(await VerifyAsync()));
    }

    [Fact]
    public async Task A_timeline_without_its_history_is_named()
    {
        archive.Histories.Clear();
        var report = await VerifyAsync();

        Assert.Equal((WalDamageReason.MissingHistory, cluster.Second[0].Start), One(report));
        Assert.Equal((1U, cluster.First[^1].End), (report.Timeline, report.End));
    }

    [Fact]
    public async Task A_newest_timeline_that_does_not_come_from_the_start_is_named()
    {
        archive.Histories.Add(new TimelineHistory(3, [new TimelineSwitch(2, Start.Lsn, "elsewhere")]));

        Assert.Equal((WalDamageReason.WrongTimeline, Start.Lsn), One(await VerifyAsync()));
    }

    [Fact]
    public async Task A_duplicate_that_differs_is_named_by_the_first_byte_that_does()
    {
        var (segment, bytes) = (cluster.First[2], archive[cluster.First[2]]);
        archive.Put(new ChainFile(segment, "same"), [.. bytes]);
        var before = await VerifyAsync();
        Assert.Empty(before.Damages);

        bytes[700_000] ^= 1;
        archive.Put(new ChainFile(segment, "other"), bytes);
        foreach (var progress in new[] { ChainProgress.None, before.Progress })
        {
            var report = await VerifyAsync(progress);
            Assert.Equal((WalDamageReason.DuplicateWithOtherContent, segment.Start + 700_000), One(report));
            Assert.True(report.End <= segment.Start);
        }
    }

    [Fact]
    public async Task An_open_copy_beside_a_closed_segment_counts_for_nothing()
    {
        archive.Put(new ChainFile(cluster.First[2], "open", IsOpen: true), new byte[WalCluster.SegmentSize]);

        Assert.Empty((await VerifyAsync()).Damages);
    }

    [Fact]
    public async Task A_recycled_tail_is_damage_in_a_closed_segment_and_the_end_in_an_open_one()
    {
        var older = archive[cluster.First[1]];
        archive.Change(cluster.First[3], bytes => [.. bytes.AsSpan(0, 80 * 8192), .. older.AsSpan(80 * 8192)]);
        archive.Change(cluster.Current, bytes => [.. bytes.AsSpan(0, WrittenPages), .. older.AsSpan(WrittenPages)]);
        var report = await VerifyAsync();

        Assert.Equal(WalDamageReason.BadPage, Assert.Single(report.Damages).Reason);
        Assert.Equal(cluster.First[3].Start + (80 * 8192), report.Damages[0].Lsn);
        Assert.Equal((true, cluster.End), (report.Readings[^1].EndsHere, report.Readings[^1].End));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Damage_stays_until_it_is_mended(bool isFoundSegmentsLater)
    {
        var segment = isFoundSegmentsLater ? cluster.LongRecord : cluster.First[1];
        var bytes = archive[segment];
        archive.Change(segment, whole => With(whole, 500_000, 0xDEADBEEF));
        var damaged = await VerifyAsync();
        var again = await VerifyAsync(damaged.Progress);
        archive.Change(segment, _ => bytes);
        var mended = await VerifyAsync(again.Progress);

        var damage = Assert.Single(damaged.Damages);
        Assert.True(damage.Lsn >= segment.Start && damage.Lsn < segment.End);
        Assert.Equal((WalDamageReason.BadCrc, isFoundSegmentsLater), (damage.Reason, damage.Segment != segment.Name));
        Assert.Equal(damaged.Damages, again.Damages);
        Assert.Equal((true, cluster.End), (mended.IsIntact, mended.End));
    }

    [Fact]
    public async Task Several_faults_are_all_found()
    {
        archive.Remove(cluster.First[0]);
        archive.Change(cluster.First[^1], bytes => bytes[..8192]);
        archive.Change(cluster.Second[0], bytes => With(bytes, 24, 1));

        Assert.Equal(
            [WalDamageReason.Gap, WalDamageReason.WrongSize, WalDamageReason.ForeignSystemIdentifier],
            (await VerifyAsync()).Damages.Select(damage => damage.Reason));
    }

    [Fact]
    public async Task A_promotion_behind_what_was_verified_is_followed_from_where_it_happened()
    {
        archive.Histories.Clear();
        foreach (var segment in cluster.Second.Append(cluster.Current))
            archive.Remove(segment);
        var before = await VerifyAsync();
        var at = cluster.First[^3].Start + 8192;
        archive.Histories.Add(new TimelineHistory(2, [new TimelineSwitch(1, at, "")]));
        archive.Put(new ChainFile(cluster.First[^3] with { Timeline = 2 }, "two"), archive[cluster.First[^3]]);
        archive.Opened.Clear();
        var report = await VerifyAsync(before.Progress);

        Assert.Equal(cluster.First[^1].End, before.End);
        Assert.Equal(["two"], archive.Opened);
        Assert.Equal((WalDamageReason.WrongTimeline, at), One(report));
    }

    [Fact]
    public async Task Until_the_new_timelines_first_segment_is_archived_the_olds_counts_up_to_the_switch()
    {
        var switched = cluster.History().Switches[0].At;
        foreach (var segment in cluster.Second.Append(cluster.Current))
            archive.Remove(segment);
        archive.Put(
            new ChainFile(cluster.Second[0] with { Timeline = 1 }, "partial", IsOpen: true),
            File.ReadAllBytes($"{cluster.PathOf(cluster.Second[0] with { Timeline = 1 })}.partial"));
        var report = await VerifyAsync();

        Assert.Empty(report.Damages);
        Assert.Equal((2U, switched), (report.Timeline, report.End));
    }

    [Fact]
    public async Task A_segment_that_was_read_while_it_was_written_is_read_again()
    {
        var reads = 0;
        var torn = cluster.CurrentBytes();
        torn[60] ^= 1;
        var chain = new WalChain((file, cancellationToken) => file.IsOpen && ++reads == 1
            ? Task.FromResult<Stream>(new MemoryStream(torn))
            : archive.OpenAsync(file, cancellationToken));
        var report = await chain.VerifyAsync(archive.Listing, Start, ChainProgress.None, CancellationToken);

        Assert.Equal((true, cluster.End), (report.IsIntact, report.End));
    }

    [Fact]
    public async Task A_file_that_can_not_be_opened_ends_the_run()
    {
        var chain = new WalChain((_, _) => throw new IOException("no store"));

        await Assert.ThrowsAsync<IOException>(
            () => chain.VerifyAsync(archive.Listing, Start, ChainProgress.None, CancellationToken));
    }

    private ChainStart Start => new(1, cluster.First[0].Start + 40, cluster.SystemIdentifier, WalCluster.SegmentSize);

    private Task<ChainReport> VerifyAsync(ChainProgress? progress = null) => new WalChain(archive.OpenAsync)
        .VerifyAsync(archive.Listing, Start, progress ?? ChainProgress.None, CancellationToken);

    private static (WalDamageReason, Lsn) One(ChainReport report)
    {
        var damage = Assert.Single(report.Damages);

        return (damage.Reason, damage.Lsn);
    }

    private static byte[] With(byte[] bytes, int offset, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);

        return bytes;
    }

    private int WrittenPages => (int)((cluster.End - cluster.Current.Start) / 8192 * 8192) + 8192;
}
