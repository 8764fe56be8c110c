using Npgsql;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Reading;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Tests.Backups.Wal.Reading;

public sealed class CutRecordTests : IDisposable
{
    private const int PageSize = 8192;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("recoveryos-cut-").FullName;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_record_that_a_crash_cut_is_given_up_where_the_server_went_on()
    {
        var settings = new Dictionary<string, string>
        {
            ["fsync"] = "off",
            ["wal_level"] = "logical",
            ["wal_keep_size"] = "2GB",
        };
        await using var server = await PostgresServer.StartAsync(folder, settings, CancellationToken);
        var first = await SwitchAsync(server);
        var fourth = first.Next.Next.Next;
        var writing = AskAsync(server, "SELECT pg_logical_emit_message(true, 'test', repeat('x', 200000000))::text");
        await UntilAsync(() => File.Exists(PathOf(server, fourth)) || writing.IsCompleted);
        await server.KillAsync(CancellationToken);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => writing);
        await server.StartAsync(CancellationToken);
        var last = (await SwitchAsync(server)).Number - 1;
        await server.StopAsync(immediate: true, CancellationToken);

        List<WalSegment> segments = [];
        for (var segment = first; segment.Number <= last; segment = segment.Next)
            segments.Add(segment);
        var records = await DumpAsync(server, first, segments[^1]);
        var overwriting = Assert.Single(
            records, record => record.Description.StartsWith("OVERWRITE_CONTRECORD", StringComparison.Ordinal));
        var files = segments.Select(segment => File.ReadAllBytes(PathOf(server, segment))).ToList();
        var readings = await ReadAsync(segments, files);
        Assert.All(readings, reading => Assert.Null(reading.Damage));
        Assert.Equal(records.Count, readings.Sum(reading => reading.Records));
        Assert.Equal(records[^1].Lsn, readings[^1].LastRecord);

        // Without its flag the page is no place to go on.
        var index = segments.FindIndex(segment => segment.Start <= overwriting.Lsn && overwriting.Lsn < segment.End);
        var page = new Lsn(overwriting.Lsn.Value / PageSize * PageSize);
        files[index][(int)(page - segments[index].Start) + 2] ^= 0x08;
        var damage = (await ReadAsync(segments, files))[^1].Damage;
        Assert.Equal((WalDamageReason.BadPage, segments[index].Name), (damage?.Reason, damage?.Segment));
    }

    private static string PathOf(PostgresServer server, WalSegment segment) =>
        Path.Combine(server.DataFolder, "pg_wal", segment.Name);

    /// <summary>Up to the first damage.</summary>
    private static async Task<IReadOnlyList<SegmentReading>> ReadAsync(List<WalSegment> segments, List<byte[]> files)
    {
        var reader = new WalReader(state: null, systemIdentifier: null);
        List<SegmentReading> readings = [];
        foreach (var (segment, file) in segments.Zip(files))
        {
            using var stream = new MemoryStream(file);
            readings.Add(await reader.ReadAsync(new SegmentRequest(segment), stream, CancellationToken));
            if (readings[^1].Damage is not null)
                break;
        }

        return readings;
    }

    private static async Task<IReadOnlyList<DumpedRecord>> DumpAsync(
        PostgresServer server, WalSegment first, WalSegment last)
    {
        var answer = await ExternalCommand.RunAsync(
            [
                server.Binaries["pg_waldump"], "-p", Path.Combine(server.DataFolder, "pg_wal"),
                "-s", first.Start.ToString(), "-e", last.End.ToString(),
            ],
            CancellationToken);
        Assert.True(answer.ExitCode == 0, answer.Error);

        return [.. answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(DumpedRecord.Parse)];
    }

    /// <summary>Closes the current segment; the one that follows it.</summary>
    private static async Task<WalSegment> SwitchAsync(PostgresServer server)
    {
        var end = Lsn.Parse(await AskAsync(server, "SELECT pg_switch_wal()::text"));

        return WalSegment.Containing(1, end, WalSegment.DefaultSize).Next;
    }

    private static async Task<string> AskAsync(PostgresServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString("postgres"));
        await using var command = source.CreateCommand(sql);

        return await command.ExecuteScalarAsync(CancellationToken) as string ?? "";
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "The server took too long.");
            await Task.Delay(1, CancellationToken);
        }
    }
}
