using System.Globalization;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Reading;

namespace RecoveryOS.Core.Tests.Backups.Wal.Reading;

public sealed class WalReaderTests(WalCluster cluster) : IClassFixture<WalCluster>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_reader_sees_what_pg_waldump_sees()
    {
        var lines = await cluster.DumpAsync(cluster.First[0], cluster.First[^1], timeline: 1);
        var readings = await ReadAsync(cluster.First);

        Assert.All(readings, reading => Assert.Null(reading.Damage));
        Assert.Equal(lines.Count, readings.Sum(reading => reading.Records));
        Assert.Equal(PositionOf(lines[^1]), readings[^1].LastRecord);
        Assert.Equal(cluster.First[^1].End, readings[^1].End);

        var commits = lines.Where(line => line.Contains("desc: COMMIT", StringComparison.Ordinal)).ToList();
        Assert.Equal(commits.Count, readings.Sum(reading => reading.Commits));
        Assert.Equal(new WalCommit(PositionOf(commits[^1]), TimeOf(commits[^1])), readings[^1].LastCommit);
    }

    private async Task<IReadOnlyList<SegmentReading>> ReadAsync(IReadOnlyList<WalSegment> segments)
    {
        var reader = new WalReader(state: null, cluster.SystemIdentifier);
        List<SegmentReading> readings = [];
        foreach (var segment in segments)
        {
            await using var file = File.OpenRead(cluster.PathOf(segment));
            readings.Add(await reader.ReadAsync(new SegmentRequest(segment), file, CancellationToken));
        }

        return readings;
    }

    private static Lsn PositionOf(string line) => Lsn.Parse(Between(line, "lsn: ", ","));

    private static DateTimeOffset TimeOf(string line) => DateTimeOffset.ParseExact(
        Between(line, "desc: COMMIT ", " UTC"), "yyyy-MM-dd HH:mm:ss.ffffff",
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string Between(string line, string before, string after)
    {
        var start = line.IndexOf(before, StringComparison.Ordinal) + before.Length;

        return line[start..line.IndexOf(after, start, StringComparison.Ordinal)];
    }
}
