using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Chains;
using RecoveryOS.Core.Backups.Wal.Reading;
using RecoveryOS.Core.Tests.Backups.Wal.Reading;

namespace RecoveryOS.Core.Tests.Backups.Wal.Chains;

/// <summary>Whether the segments follow each other, over promotions, and only new ones are read.</summary>
[Collection(WalCollection.Name)]
public sealed class WalChainTests(WalCluster cluster)
{
    private readonly ArchiveCopy archive = new(cluster);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_archive_is_intact_to_the_servers_last_byte_over_a_promotion()
    {
        var report = await archive.VerifyAsync();

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
        var whole = await archive.VerifyAsync();
        var newest = cluster.Second[^1];
        var bytes = archive[newest];
        archive.Remove(newest);
        archive.Remove(cluster.Current);
        var first = await archive.VerifyAsync();
        archive.Put(new ChainFile(newest, newest.Name), bytes);
        archive.Put(new ChainFile(cluster.Current, "open", IsOpen: true), cluster.CurrentBytes());
        archive.Opened.Clear();
        var second = await archive.VerifyAsync(ChainProgress.Parse(first.Progress.ToJson()));

        Assert.Empty(first.Damages);
        Assert.Empty(second.Damages);
        Assert.Equal([newest.Name, "open"], archive.Opened);
        Assert.Equal(
            (whole.End, whole.LastRecord, whole.LastCommit), (second.End, second.LastRecord, second.LastCommit));
        Assert.Equal(whole.Progress.ToJson(), second.Progress.ToJson());
        archive.Opened.Clear();
        Assert.Equal(cluster.End, (await archive.VerifyAsync(second.Progress)).End);
        Assert.Equal(["open"], archive.Opened);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_gap_is_named_by_its_first_byte(int index)
    {
        var before = await archive.VerifyAsync();
        archive.Remove(cluster.First[index]);
        archive.Remove(cluster.First[index + 1]);

        foreach (var progress in new[] { ChainProgress.None, before.Progress })
        {
            var report = await archive.VerifyAsync(progress);
            Assert.Equal((WalDamageReason.Gap, cluster.First[index].Start), Damages.One(report));
            Assert.True(index == 0 ? report.End is null : report.End <= cluster.First[index].Start);
        }
    }

    [Fact]
    public async Task No_segment_at_all_is_a_gap_at_the_start()
    {
        var report = await new WalChain(archive.OpenAsync).VerifyAsync(
            new WalListing([], []), archive.Start, ChainProgress.None, CancellationToken);

        Assert.Equal((WalDamageReason.Gap, cluster.First[0].Start), Damages.One(report));
        Assert.Null(report.End);
    }

    [Fact]
    public async Task A_timeline_without_its_history_is_named()
    {
        archive.Histories.Clear();
        var report = await archive.VerifyAsync();

        Assert.Equal((WalDamageReason.MissingHistory, cluster.Second[0].Start), Damages.One(report));
        Assert.Equal((1U, cluster.First[^1].End), (report.Timeline, report.End));
    }

    [Fact]
    public async Task A_newest_timeline_that_does_not_come_from_the_start_is_named()
    {
        archive.Histories.Add(new TimelineHistory(3, [new TimelineSwitch(2, archive.Start.Lsn, "elsewhere")]));

        Assert.Equal((WalDamageReason.WrongTimeline, archive.Start.Lsn), Damages.One(await archive.VerifyAsync()));
    }

    [Fact]
    public async Task A_promotion_behind_what_was_verified_is_followed_from_where_it_happened()
    {
        archive.Histories.Clear();
        foreach (var segment in cluster.Second.Append(cluster.Current))
            archive.Remove(segment);
        var before = await archive.VerifyAsync();
        var at = cluster.First[^3].Start + 8192;
        archive.Histories.Add(new TimelineHistory(2, [new TimelineSwitch(1, at, "")]));
        archive.Put(new ChainFile(cluster.First[^3] with { Timeline = 2 }, "two"), archive[cluster.First[^3]]);
        archive.Opened.Clear();
        var report = await archive.VerifyAsync(before.Progress);

        Assert.Equal(cluster.First[^1].End, before.End);
        Assert.Equal(["two"], archive.Opened);
        Assert.Equal((WalDamageReason.WrongTimeline, at), Damages.One(report));
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
        var report = await archive.VerifyAsync();

        Assert.Empty(report.Damages);
        Assert.Equal((2U, switched), (report.Timeline, report.End));
    }

    [Fact]
    public async Task A_file_that_can_not_be_opened_ends_the_run()
    {
        var chain = new WalChain((_, _) => throw new IOException("no store"));

        await Assert.ThrowsAsync<IOException>(
            () => chain.VerifyAsync(archive.Listing, archive.Start, ChainProgress.None, CancellationToken));
    }
}
