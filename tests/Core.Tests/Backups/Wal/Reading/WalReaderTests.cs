using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Reading;

namespace RecoveryOS.Core.Tests.Backups.Wal.Reading;

[Collection(WalCollection.Name)]
public sealed class WalReaderTests(WalCluster cluster)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_reader_sees_what_pg_waldump_sees(uint timeline)
    {
        var segments = timeline is 1 ? cluster.First : cluster.Second;
        var records = await cluster.DumpAsync(segments[0], segments[^1], timeline);
        var readings = await ReadAsync(new WalReader(state: null, cluster.SystemIdentifier), segments, timeline);

        Assert.All(readings, reading => Assert.Null(reading.Damage));
        Assert.Equal(records.Count, readings.Sum(reading => reading.Records));
        Assert.Equal(records[^1].Lsn, readings[^1].LastRecord);
        Assert.Equal(segments[^1].End, readings[^1].End);

        var commits = records.Where(record => record.IsCommit).ToList();
        Assert.Equal(commits.Count, readings.Sum(reading => reading.Commits));
        Assert.Equal(new WalCommit(commits[^1].Lsn, commits[^1].CommitTime), readings[^1].LastCommit);

        var checkpoints = records.Where(
            record => record.Description.StartsWith("CHECKPOINT_", StringComparison.Ordinal));
        Assert.Equal(
            checkpoints.Select(record => record.Lsn),
            readings.SelectMany(reading => reading.Checkpoints).Select(checkpoint => checkpoint.Lsn));
        Assert.All(
            readings.SelectMany(reading => reading.Checkpoints),
            checkpoint => Assert.Contains(
                $"redo {checkpoint.Redo}; tli {checkpoint.Timeline};",
                records.Single(record => record.Lsn == checkpoint.Lsn).Description,
                StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_points_are_found_where_the_server_put_them()
    {
        var reader = new WalReader(state: null, systemIdentifier: null);
        var readings = await ReadAsync(reader, [.. cluster.First, .. cluster.Second], timeline: 2);

        Assert.Equal(
            cluster.RestorePoints.Select(point => (point.Key, point.Value)),
            readings.SelectMany(reading => reading.RestorePoints).Select(point => (point.Name, point.End)));
        Assert.Equal((cluster.SystemIdentifier, 15), (reader.State?.SystemIdentifier, reader.State?.MajorVersion));
    }

    [Fact]
    public async Task A_record_longer_than_a_segment_is_read_over_three()
    {
        var readings = await ReadAsync(new WalReader(state: null, systemIdentifier: null), cluster.First, timeline: 1);

        // It begins in the first of these, and none ends in them: each says where the WAL is whole so far.
        var within = readings.Where(reading => reading.Records == 0).ToList();
        Assert.All(within, reading => Assert.Equal((null, within[0].Segment.Start), (reading.Damage, reading.End)));
        Assert.Equal([cluster.LongRecord, cluster.LongRecord.Next], within.Select(reading => reading.Segment));
    }

    [Fact]
    public async Task A_reader_goes_on_from_the_state_that_another_left()
    {
        WalSegment[] segments = [.. cluster.First, .. cluster.Second];
        var whole = await ReadAsync(new WalReader(state: null, systemIdentifier: null), segments, timeline: 2);
        WalReaderState? state = null;
        foreach (var (index, segment) in segments.Index())
        {
            var reader = new WalReader(state, systemIdentifier: null);
            var reading = Assert.Single(await ReadAsync(reader, [segment], timeline: 2));
            Assert.NotNull(reader.State);
            state = WalReaderState.Parse(reader.State.ToJson());

            Assert.Null(reading.Damage);
            Assert.Equal(
                (whole[index].Records, whole[index].LastRecord, whole[index].End, whole[index].LastCommit),
                (reading.Records, reading.LastRecord, reading.End, reading.LastCommit));
        }
    }

    [Fact]
    public async Task A_reader_that_starts_in_the_middle_of_a_record_starts_at_the_next()
    {
        var records = await cluster.DumpAsync(cluster.First[0], cluster.First[^1], timeline: 1);
        foreach (var (index, segment) in cluster.First.Index())
        {
            var readings = await ReadAsync(
                new WalReader(state: null, systemIdentifier: null), [.. cluster.First.Skip(index)], timeline: 1);

            Assert.All(readings, reading => Assert.Null(reading.Damage));
            Assert.Equal(
                records.Count(record => record.Lsn >= segment.Start), readings.Sum(reading => reading.Records));
        }
    }

    [Theory]
    [InlineData("zeros")]
    [InlineData("older pages")]
    [InlineData("nothing")]
    public async Task In_the_open_segment_the_first_record_that_is_not_there_is_the_end(string tail)
    {
        var bytes = cluster.CurrentBytes();
        var end = (int)(cluster.End - cluster.Current.Start);
        var pages = (end + 8191) / 8192 * 8192;
        bytes.AsSpan(end).Clear();
        if (tail is "older pages")
            cluster.BytesOf(cluster.First[0]).AsSpan(pages).CopyTo(bytes.AsSpan(pages));
        var reading = await ReadOpenAsync(bytes, tail is "nothing" ? end : bytes.Length);

        Assert.Equal((null, true, cluster.End), (reading.Damage, reading.EndsHere, reading.End));
        Assert.True(reading.Commits > 0);
    }

    [Fact]
    public async Task A_closed_segment_may_not_end_early()
    {
        using var stream = new MemoryStream(cluster.CurrentBytes());
        var reading = await new WalReader(state: null, systemIdentifier: null).ReadAsync(
            new SegmentRequest(cluster.Current) { History = cluster.History() }, stream, CancellationToken);

        Assert.Equal((WalDamageReason.BrokenChain, cluster.End), (reading.Damage?.Reason, reading.Damage?.Lsn));
        Assert.Equal(cluster.End, reading.End);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WAL_behind_a_bad_record_of_an_open_segment_shows_that_it_is_damage(bool isShort)
    {
        var bytes = cluster.CurrentBytes();
        var end = (int)(cluster.End - cluster.Current.Start);
        bytes.AsSpan(end).Clear();
        // Nothing is behind the last record of a short file, but all of its bytes are there.
        var record = isShort ? (await ReadOpenAsync(bytes, end)).LastRecord : cluster.Current.Start + 40;
        Assert.NotNull(record);
        bytes[(int)(record.Value - cluster.Current.Start) + 20] ^= 1;
        var reading = await ReadOpenAsync(bytes, isShort ? end : bytes.Length);

        Assert.Equal((WalDamageReason.BadCrc, record), (reading.Damage?.Reason, reading.Damage?.Lsn));
    }

    private async Task<SegmentReading> ReadOpenAsync(byte[] bytes, int length)
    {
        using var stream = new MemoryStream(bytes, 0, length);

        return await new WalReader(state: null, systemIdentifier: null).ReadAsync(
            new SegmentRequest(cluster.Current) { IsOpen = true, History = cluster.History() },
            stream,
            CancellationToken);
    }

    private async Task<IReadOnlyList<SegmentReading>> ReadAsync(
        WalReader reader, IReadOnlyList<WalSegment> segments, uint timeline)
    {
        var history = timeline is 1 ? new TimelineHistory(1, []) : cluster.History();
        List<SegmentReading> readings = [];
        foreach (var segment in segments)
        {
            await using var file = File.OpenRead(cluster.PathOf(segment));
            readings.Add(await reader.ReadAsync(
                new SegmentRequest(segment) { History = history }, file, CancellationToken));
        }

        return readings;
    }
}
