using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using RecoveryOS.Bench.Backups;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Chains;

namespace RecoveryOS.Bench.Verifications;

/// <summary>Measures verifications of the same data, in turns, so that a slow minute hits all of them alike.</summary>
internal static class VerifyBench
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(8);

    /// <summary>A server's rate moves by a tenth from slice to slice: few of them would tell the weather.</summary>
    private const int LeastSlices = 5;

    /// <summary>Percent of one processor.</summary>
    private const int Little = 10;

    public static async Task<VerifyFigures> RunAsync(
        double gigabytes, int rounds, Action<string> say, CancellationToken cancellationToken)
    {
        say($"Building a server with {gigabytes:0.##} GB");
        await using var arena = await Arena.BuildAsync(gigabytes, PgBackRest.ArchiveCommand, cancellationToken);
        await arena.ExecuteAsync(
            $"""
            CREATE TABLE {Damage.Table} AS SELECT i, 'note ' || md5(i::text) AS note FROM generate_series(1, 1000) AS i;
            CHECKPOINT
            """,
            cancellationToken);
        var (bare, ours) = (new BarePipeline(arena), new Ours(arena));
        var (pgBackRest, barman) = (new PgBackRest(arena), new Barman(arena, isPacked: false));
        IBackupContestant[] all = [bare, ours, pgBackRest, barman];
        foreach (var one in all)
            await one.PrepareAsync(cancellationToken);
        try
        {
            Directory.CreateDirectory(Path.Combine(ours.Store, "store"));
            await ours.RunAsync("wal receive --once", cancellationToken);
            foreach (var one in all)
            {
                say($"{one.Name}: backup");
                await one.BackupAsync(cancellationToken);
            }

            await WriteAsync(arena, cancellationToken);
            await ours.RunAsync("wal receive --once", cancellationToken);
            return await MeasureAsync(arena, gigabytes, rounds, bare, ours, pgBackRest, barman, say, cancellationToken);
        }
        finally
        {
            foreach (var one in all)
                await one.FinishAsync(CancellationToken.None);
        }
    }

    private static async Task<VerifyFigures> MeasureAsync(
        Arena arena, double gigabytes, int rounds, BarePipeline bare, Ours ours, PgBackRest pgBackRest, Barman barman,
        Action<string> say, CancellationToken cancellationToken)
    {
        List<double> bares = [], tests = [], pipelines = [];
        List<double> dumps = [], readers = [], verifies = [], again = [], theirs = [], others = [];
        var segments = 0;
        for (var round = 1; round <= rounds; round++)
        {
            say($"Round {round} of {rounds}");
            var folder = await arena.FolderAsync("restored", cancellationToken);
            bares.Add((await bare.RestoreAsync(folder, cancellationToken)).Seconds);
            await Arena.RemoveAsync(folder, cancellationToken);
            var (cost, evidence) = await TestAsync(arena, ours, cancellationToken);
            tests.Add(cost.Seconds);
            pipelines.Add(evidence.Phases
                .Where(phase => phase.Name is not ("checks" or "teardown"))
                .Sum(phase => phase.Seconds));
            var wal = await WalAsync(arena, cancellationToken);
            segments = wal.Segments;
            dumps.Add(wal.Waldump);
            readers.Add(wal.Reader);
            verifies.Add((await ours.RunAsync("wal verify --all", cancellationToken)).Seconds);
            again.Add((await ours.RunAsync("wal verify", cancellationToken)).Seconds);
            theirs.Add(Sound(pgBackRest, await pgBackRest.VerifyAsync(cancellationToken)));
            others.Add(Sound(barman, await barman.VerifyAsync(cancellationToken)));
        }

        say("The live server, alone and beside restore tests");
        var (quiet, tested, limited) = await LiveAsync(arena, ours, rounds, cancellationToken);
        say("What each of them catches");
        var faults = await FaultTable.RunAsync(arena, ours, pgBackRest, barman, cancellationToken);
        return new(
            gigabytes, rounds, Median(bares), Median(tests), Median(pipelines), Median(dumps), Median(readers),
            Median(verifies), Median(again), segments, Median(theirs), Median(others), quiet, tested, limited, faults);
    }

    private static double Sound(IBackupContestant peer, double? seconds) =>
        seconds ?? throw new InvalidOperationException($"{peer.Name} refuses what is sound");

    /// <summary>To the point of the manifest, where all rows are compared.</summary>
    private static async Task<(Cost Cost, DrillEvidence Evidence)> TestAsync(
        Arena arena, Ours ours, CancellationToken cancellationToken, int cpuPercent = 0)
    {
        var output = Path.Combine(arena.Folder, "evidence.json");
        var cost = await ours.RunAsync(
            $"restore-test --manifest --json >{output} || test $? -eq 2", cancellationToken, cpuPercent);
        var json = await File.ReadAllTextAsync(output, cancellationToken);
        var evidence = JsonSerializer.Deserialize(json, BackupJson.Default.DrillEvidence)
            ?? throw new InvalidOperationException("the restore test left no evidence");
        return (cost, evidence);
    }

    private static async Task WriteAsync(Arena arena, CancellationToken cancellationToken)
    {
        await arena.ExecuteAsync(
            "CREATE TABLE busy AS SELECT i, md5(i::text) AS text FROM generate_series(1, 8000000) AS i",
            cancellationToken);
        await arena.ExecuteAsync("SELECT pg_switch_wal()", cancellationToken);
    }

    /// <summary>The server's own files, read once by each in a process that is new to them.</summary>
    private static async Task<(double Waldump, double Reader, int Segments)> WalAsync(
        Arena arena, CancellationToken cancellationToken)
    {
        var wal = Path.Combine(arena.Server.DataFolder, "pg_wal");
        await using var source = NpgsqlDataSource.Create(arena.Server.ConnectionString(Arena.Database));
        await using var ask = source.CreateCommand("SELECT pg_walfile_name(pg_current_wal_lsn())");
        var current = Convert.ToString(await ask.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        List<WalSegment> segments =
        [
            .. Directory.EnumerateFiles(wal).Select(Path.GetFileName).Order(StringComparer.Ordinal)
                .Where(name => string.CompareOrdinal(name, current) < 0)
                .Select(name => WalSegment.TryParse(name, WalSegment.DefaultSize, out var segment)
                    ? segment
                    : (WalSegment?)null)
                .OfType<WalSegment>(),
        ];
        var waldump = await ProcessTree.RunAsync(
            $"pg_waldump -q -p {wal} {segments[0].Name} {segments[^1].Name}",
            arena.Environment, asServerUser: true, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var chain = new WalChain((file, _) => Task.FromResult<Stream>(File.OpenRead(Path.Combine(wal, file.Key))));
        var report = await chain.VerifyAsync(
            new WalListing([.. segments.Select(segment => new ChainFile(segment, segment.Name))], []),
            new ChainStart(segments[0].Timeline, segments[0].Start), ChainProgress.None, cancellationToken);
        return report.IsIntact
            ? (waldump.Seconds, Stopwatch.GetElapsedTime(started).TotalSeconds, segments.Count)
            : throw new InvalidOperationException($"the server's own WAL is damaged: {report.Damages[0].Detail}");
    }

    /// <summary>Alone, beside tests, and beside tests that are held to a tenth of a processor, in turns.</summary>
    private static async Task<(double Quiet, double Tested, double Limited)> LiveAsync(
        Arena arena, Ours ours, int rounds, CancellationToken cancellationToken)
    {
        await ProcessTree.RunAsync(
            "pgbench -q -i -s 5 bench", arena.Environment, asServerUser: true, cancellationToken);
        List<double> quiet = [], tested = [], limited = [];
        for (var round = 0; round < Math.Max(rounds, LeastSlices); round++)
        {
            quiet.Add(await RateAsync(arena, cancellationToken));
            tested.Add(await RateBesideTestAsync(arena, ours, 0, cancellationToken));
            limited.Add(await RateBesideTestAsync(arena, ours, Little, cancellationToken));
        }

        return (Median(quiet), Median(tested), Median(limited));
    }

    /// <summary>One test after the other runs for as long as the rate is measured.</summary>
    private static async Task<double> RateBesideTestAsync(
        Arena arena, Ours ours, int cpuPercent, CancellationToken cancellationToken)
    {
        using var stop = new CancellationTokenSource();
        var testing = TestUntilAsync();
        var rate = await RateAsync(arena, cancellationToken);
        await stop.CancelAsync();
        await testing;
        return rate;

        async Task TestUntilAsync()
        {
            while (!stop.IsCancellationRequested)
                await TestAsync(arena, ours, cancellationToken, cpuPercent);
        }
    }

    private static async Task<double> RateAsync(Arena arena, CancellationToken cancellationToken)
    {
        var output = Path.Combine(arena.Folder, "pgbench.out");
        await ProcessTree.RunAsync(
            string.Create(CultureInfo.InvariantCulture, $"pgbench -n -c 2 -T {Slice.TotalSeconds} bench >{output}"),
            arena.Environment, asServerUser: false, cancellationToken);
        var lines = await File.ReadAllLinesAsync(output, cancellationToken);
        var line = lines.First(text => text.StartsWith("tps = ", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
