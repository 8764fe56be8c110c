using RecoveryOS.Core.Backups.Wal.Chains;
using RecoveryOS.Core.Backups.Wal.Reading;
using RecoveryOS.Core.Tests.Backups.Wal.Reading;

namespace RecoveryOS.Core.Tests.Backups.Wal.Chains;

/// <summary>What is wrong within one segment of a chain is named with its place.</summary>
[Collection(WalCollection.Name)]
public sealed class SegmentDamageTests(WalCluster cluster)
{
    private readonly ArchiveCopy archive = new(cluster);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1_000_000)]
    [InlineData(4, WalCluster.SegmentSize - 1)]
    public async Task A_truncated_segment_is_named_by_the_first_byte_that_is_missing(int index, int length)
    {
        archive.Change(cluster.First[index], bytes => bytes[..length]);

        Assert.Equal(
            (WalDamageReason.WrongSize, cluster.First[index].Start + (ulong)length),
            Damages.One(await archive.VerifyAsync()));
    }

    [Fact]
    public async Task A_longer_segment_is_refused()
    {
        archive.Change(cluster.First[1], bytes => [.. bytes, 0]);

        Assert.Equal((WalDamageReason.WrongSize, cluster.First[1].End), Damages.One(await archive.VerifyAsync()));
    }

    [Fact]
    public async Task Another_segment_size_is_refused()
    {
        archive.Write(cluster.First[1], 32, (uint)WalCluster.SegmentSize * 2);

        Assert.Equal((WalDamageReason.WrongSize, cluster.First[1].Start), Damages.One(await archive.VerifyAsync()));
    }

    [Fact]
    public async Task A_segment_of_another_cluster_is_refused()
    {
        archive.Write(cluster.First[1], 24, (uint)cluster.SystemIdentifier + 1);

        Assert.Equal(
            (WalDamageReason.ForeignSystemIdentifier, cluster.First[1].Start),
            Damages.One(await archive.VerifyAsync()));
    }

    [Fact]
    public async Task A_page_of_another_timeline_is_refused()
    {
        archive.Write(cluster.Second[^1], (10 * 8192) + 4, 1);

        Assert.Equal(
            (WalDamageReason.WrongTimeline, cluster.Second[^1].Start + (10 * 8192)),
            Damages.One(await archive.VerifyAsync()));
    }

    [Fact]
    public async Task A_segment_under_anothers_name_is_refused()
    {
        var other = archive[cluster.First[0]];
        archive.Change(cluster.First[1], _ => other);

        Assert.Equal((WalDamageReason.BadPage, cluster.First[1].Start), Damages.One(await archive.VerifyAsync()));
    }

    [Fact]
    public async Task A_duplicate_that_differs_is_named_by_the_first_byte_that_does()
    {
        var (segment, bytes) = (cluster.First[2], archive[cluster.First[2]]);
        archive.Put(new ChainFile(segment, "same"), [.. bytes]);
        var before = await archive.VerifyAsync();
        Assert.Empty(before.Damages);

        bytes[700_000] ^= 1;
        archive.Put(new ChainFile(segment, "other"), bytes);
        foreach (var progress in new[] { ChainProgress.None, before.Progress })
        {
            var report = await archive.VerifyAsync(progress);
            Assert.Equal((WalDamageReason.DuplicateWithOtherContent, segment.Start + 700_000), Damages.One(report));
            Assert.True(report.End <= segment.Start);
        }
    }

    [Fact]
    public async Task An_open_copy_beside_a_closed_segment_counts_for_nothing()
    {
        archive.Put(new ChainFile(cluster.First[2], "open", IsOpen: true), new byte[WalCluster.SegmentSize]);

        Assert.Empty((await archive.VerifyAsync()).Damages);
    }

    [Fact]
    public async Task A_recycled_tail_is_damage_in_a_closed_segment_and_the_end_in_an_open_one()
    {
        var older = archive[cluster.First[1]];
        archive.Change(cluster.First[3], bytes => [.. bytes.AsSpan(0, 80 * 8192), .. older.AsSpan(80 * 8192)]);
        archive.Change(cluster.Current, bytes => [.. bytes.AsSpan(0, WrittenPages), .. older.AsSpan(WrittenPages)]);
        var report = await archive.VerifyAsync();

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
        archive.Write(segment, 500_000, 0xDEADBEEF);
        var damaged = await archive.VerifyAsync();
        var again = await archive.VerifyAsync(damaged.Progress);
        archive.Change(segment, _ => bytes);
        var mended = await archive.VerifyAsync(again.Progress);

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
        archive.Write(cluster.Second[0], 24, 1);

        Assert.Equal(
            [WalDamageReason.Gap, WalDamageReason.WrongSize, WalDamageReason.ForeignSystemIdentifier],
            (await archive.VerifyAsync()).Damages.Select(damage => damage.Reason));
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
        var report = await chain.VerifyAsync(archive.Listing, archive.Start, ChainProgress.None, CancellationToken);

        Assert.Equal((true, cluster.End), (report.IsIntact, report.End));
    }

    private int WrittenPages => (int)((cluster.End - cluster.Current.Start) / 8192 * 8192) + 8192;
}
