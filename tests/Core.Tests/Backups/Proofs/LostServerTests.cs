using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Receiving;
using RecoveryOS.Testing;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Core.Tests.Backups.Proofs;

/// <summary>
/// The server is killed under load, and restored from the store: what is missing, and whether we say so.
/// </summary>
public sealed class LostServerTests
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_the_open_segment_shipped_synchronously_no_acknowledged_row_is_missing()
    {
        await using var specimen = await StartAsync();
        await using var stage = await ProofStage.OpenAsync(specimen, "lost", null, isSealed: true);
        await stage.ReceiveAsync();
        await specimen.ExecuteAsync(
            "postgres", $"ALTER SYSTEM SET synchronous_standby_names = '{SlotName.Of("lost")}'", Stop);
        await specimen.ExecuteAsync("postgres", "SELECT pg_reload_conf()", Stop);
        for (var round = 0; round < LongRun.Or(1, 20); round++)
        {
            if (round % 5 == 0)
                await stage.Services.Physical.TakeAsync(stage.Target, null, Stop);
            var load = new Load(specimen, stage);
            await load.RunAsync(300 + (131 * round % 700), async () => await specimen.Server.KillAsync(Stop));
            await LostAsync(stage);

            await using var restored = await stage.RestoreAsync(RestoreTarget.Newest);

            var found = (await restored.AskAsync<long>("postgres", "SELECT id FROM rows")).ToHashSet();
            Assert.True(load.Acknowledged.Count >= 300);
            Assert.Subset(found, load.Acknowledged.Keys.ToHashSet());
            await AssertReportAsync(stage, restored, load);
            await AgainAsync(specimen, stage);
        }
    }

    [Fact]
    public async Task What_was_not_shipped_is_lost_and_reported_within_one_heartbeat_of_the_truth()
    {
        await using var specimen = await StartAsync();
        for (var round = 0; round < LongRun.Or(1, 20); round++)
        {
            await using var stage = await ProofStage.OpenAsync(specimen, "lost", null, isSealed: false);
            await stage.ReceiveAsync();
            await stage.Services.Physical.TakeAsync(stage.Target, null, Stop);
            var load = new Load(specimen, stage);
            await load.RunAsync(300, async () =>
            {
                // Something of this load is in the store, and from here on nothing reaches it but heartbeats.
                await stage.ShippedAsync(await FlushedAsync(specimen));
                await stage.StopReceivingAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(700 + (round * 53)), Stop);
                await specimen.Server.KillAsync(Stop);
            });

            await using var restored = await stage.RestoreAsync(RestoreTarget.Newest);

            Assert.True(await AssertReportAsync(stage, restored, load) > 0.5, "it was meant to lose something");
            await specimen.Server.StartAsync(Stop);
        }
    }

    private static async Task<Specimen> StartAsync()
    {
        var specimen = await Specimen.StartAsync(100, null, Stop);
        // What is acknowledged is in the WAL.
        await specimen.ExecuteAsync("postgres", "ALTER SYSTEM SET synchronous_commit = 'on'", Stop);
        await specimen.ExecuteAsync("postgres", "SELECT pg_reload_conf()", Stop);
        await specimen.ExecuteAsync("postgres", "CREATE TABLE rows (id bigint PRIMARY KEY, text text)", Stop);
        return specimen;
    }

    private static async Task<Lsn> FlushedAsync(Specimen specimen)
    {
        await using var connection = await specimen.OpenAsync("postgres", Stop);
        return Lsn.Parse((await connection.QueryAsync(
            "SELECT pg_current_wal_flush_lsn()::text", row => row.GetString(0), Stop))[0]);
    }

    /// <summary>The receiver saw the end, and shipped what it had.</summary>
    private static async Task LostAsync(ProofStage stage)
    {
        await stage.UntilAsync(
            () => Task.FromResult(stage.Station?.Report.State is ReceiverState.Down), "the end is seen");
        await stage.UntilAsync(stage.IsAllShippedAsync, "everything received is shipped");
    }

    private static async Task AgainAsync(Specimen specimen, ProofStage stage)
    {
        await specimen.Server.StartAsync(Stop);
        await stage.UntilAsync(
            () => Task.FromResult(stage.Station?.Report.State is ReceiverState.Receiving), "it receives again");
    }

    /// <summary>
    /// By the ledger, as restore tests report it: from the last heartbeat that came back to the failure.
    /// </summary>
    /// <returns>The true loss in seconds.</returns>
    private static async Task<double> AssertReportAsync(ProofStage stage, RestoredProof restored, Load load)
    {
        var beats = await restored.AskAsync<DateTime>(
            "postgres", "SELECT at FROM recoveryos_marks.heartbeats ORDER BY id DESC LIMIT 1");
        var found = (await restored.AskAsync<long>("postgres", "SELECT id FROM rows")).ToHashSet();
        var reported = (load.Killed - beats[0]).TotalSeconds;
        var last = load.Acknowledged.Where(row => found.Contains(row.Key)).Max(row => row.Value);
        var truth = Math.Max(0, (load.Killed - last).TotalSeconds);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {load.Acknowledged.Count} rows acknowledged,
            {load.Acknowledged.Keys.Count(id => !found.Contains(id))} missing;
            lost {truth:F3} s, reported {reported:F3} s;
            the longest pause between heartbeats {load.LongestPause.TotalSeconds:F3} s
            """));
        Assert.InRange(reported - truth, -0.05, load.LongestPause.TotalSeconds + 0.05);
        var ledger = HeartbeatCheck.OnTheWay(
            await stage.Services.Get<HeartbeatLedger>()
                .ReadAsync(stage.Name, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Stop), null);
        var ids = await restored.AskAsync<long>("postgres", "SELECT id FROM recoveryos_marks.heartbeats");
        Assert.Equal(
            ledger.Count(beat => beat.At > beats[0].AddMicroseconds(2)), ledger.Count(beat => !ids.Contains(beat.Id)));
        return truth;
    }

    /// <summary>Writers that know when each row was acknowledged, and heartbeats beside them.</summary>
    private sealed class Load(Specimen specimen, ProofStage stage)
    {
        private static long next;
        private long lastBeat;

        public ConcurrentDictionary<long, DateTime> Acknowledged { get; } = [];

        public DateTime Killed { get; private set; }

        public TimeSpan LongestPause { get; private set; }

        /// <summary>Kills at last, and waits until all have seen it.</summary>
        public async Task RunAsync(int rows, Func<Task> kill)
        {
            var recorder = stage.Services.Get<HeartbeatRecorder>();
            lastBeat = TimeProvider.System.GetTimestamp();
            await recorder.RecordAsync(stage.Target, Stop);
            var work = Task.WhenAll([BeatAsync(recorder), .. Enumerable.Range(0, 4).Select(_ => WriteAsync())]);
            await stage.UntilAsync(() => Task.FromResult(Acknowledged.Count >= rows), "rows are acknowledged");
            await kill();
            Killed = TimeProvider.System.GetUtcNow().UtcDateTime;
            await work;
        }

        private async Task BeatAsync(HeartbeatRecorder recorder)
        {
            try
            {
                while (true)
                {
                    await Task.Delay(Beat, Stop);
                    var begun = TimeProvider.System.GetTimestamp();
                    await recorder.RecordAsync(stage.Target, Stop);
                    Note(begun);
                }
            }
            catch (NpgsqlException)
            {
                // The server was killed.
                Note(lastBeat);
            }
        }

        /// <summary>From the start of the heartbeat before: its row was committed some time after that.</summary>
        private void Note(long begun)
        {
            var pause = TimeProvider.System.GetElapsedTime(lastBeat);
            LongestPause = pause > LongestPause ? pause : LongestPause;
            lastBeat = begun;
        }

        private async Task WriteAsync()
        {
            await using var dataSource = NpgsqlDataSource.Create(specimen.Server.ConnectionString("postgres"));
            try
            {
                while (true)
                {
                    var id = Interlocked.Increment(ref next);
                    await using var insert = dataSource.CreateCommand(
                        "INSERT INTO rows VALUES ($1, repeat(md5($1::text), 10))");
                    insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
                    await insert.ExecuteNonQueryAsync(Stop);
                    Acknowledged[id] = TimeProvider.System.GetUtcNow().UtcDateTime;
                }
            }
            catch (NpgsqlException)
            {
                // The server was killed: what this one wrote last was not acknowledged.
            }
        }
    }
}
