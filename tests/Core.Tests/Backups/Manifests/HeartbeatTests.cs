using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Receiving;
using RecoveryOS.Core.Tests.Backups.Wal.Receiving;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Manifests;

public sealed class HeartbeatTests(PostgresFixture postgres) : IAsyncLifetime
{
    private SpoolStage? opened;

    private SpoolStage Stage => opened ?? throw new InvalidOperationException("not yet opened");

    private TargetServer Server => Assert.Single(Stage.Get<WalStations>().Servers);

    private HeartbeatLedger Ledger => Stage.Get<HeartbeatLedger>();

    private string LedgerFile => Assert.Single(Directory.EnumerateFiles(
        Path.Combine(Stage.StoreFolder, StoreLayout.Heartbeats(SpoolStage.Name)), "*.jsonl"));

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = new(await postgres.CreateDatabaseAsync(CancellationToken));

    public ValueTask DisposeAsync()
    {
        Stage.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A schema that is named as the role would come first on its search path.</summary>
    [Fact]
    public async Task What_is_made_after_heartbeats_is_made_where_it_was_before()
    {
        await Stage.Get<HeartbeatRecorder>().RecordAsync(Server, CancellationToken);

        await using var connection = await Server.OpenAsync(null, CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT current_schema()";
        Assert.Equal("public", await command.ExecuteScalarAsync(CancellationToken));
    }

    [Fact]
    public async Task Four_recorders_and_a_store_that_comes_and_goes_leave_a_ledger_without_holes()
    {
        const int Rounds = 12;
        var failures = 0;
        for (var round = 0; round < Rounds; round++)
        {
            // Away in the rounds 4 to 7.
            if (round == 4)
                Directory.Move(Stage.StoreFolder, $"{Stage.StoreFolder}.away");
            if (round == 8)
                Directory.Move($"{Stage.StoreFolder}.away", Stage.StoreFolder);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RecordAsync()));
        }

        Assert.Equal(16, failures);
        var ledger = await ReadAsync();
        Assert.Equal(Enumerable.Range(1, Rounds * 4).Select(id => (long)id), ledger.Select(heartbeat => heartbeat.Id));
        Assert.Equal(ledger.Select(heartbeat => heartbeat.At).Order(), ledger.Select(heartbeat => heartbeat.At));
        Assert.Equal(await DatabaseAsync(), ledger.Select(heartbeat => (heartbeat.Id, heartbeat.At)));

        async Task RecordAsync()
        {
            try
            {
                await Stage.Get<HeartbeatRecorder>().RecordAsync(Server, CancellationToken);
            }
            catch (BackupStoreException)
            {
                Interlocked.Increment(ref failures);
            }
        }
    }

    [Fact]
    public async Task A_torn_last_line_is_left_out_and_a_damaged_one_elsewhere_is_not()
    {
        for (var id = 1; id <= 3; id++)
            await Ledger.AppendAsync(SpoolStage.Name, Beat(id), CancellationToken);
        var lines = await File.ReadAllLinesAsync(LedgerFile, CancellationToken);
        await File.AppendAllTextAsync(LedgerFile, lines[2][..20], CancellationToken);
        Assert.Equal(3, (await ReadAsync()).Count);

        await File.WriteAllLinesAsync(LedgerFile, [lines[0], lines[1][..20], lines[2]], CancellationToken);
        await AssertDamagedAsync();
        await File.WriteAllLinesAsync(LedgerFile, [lines[0], lines[2]], CancellationToken);
        await AssertDamagedAsync();

        async Task AssertDamagedAsync() => Assert.Equal(
            BackupStoreFailure.Damaged, (await Assert.ThrowsAsync<BackupStoreException>(ReadAsync)).Failure);
    }

    [Fact]
    public async Task What_is_written_twice_counts_once_and_after_a_restore_ids_begin_again()
    {
        foreach (var beat in new[] { Beat(1), Beat(2), Beat(2), Beat(3), Beat(2) with { At = Beat(9).At } })
            await Ledger.AppendAsync(SpoolStage.Name, beat, CancellationToken);

        Assert.Equal([1L, 2, 3, 2], (await ReadAsync()).Select(heartbeat => heartbeat.Id));
        Assert.Equal(
            [2L], (await Ledger.ReadAsync(SpoolStage.Name, Beat(2).At, Beat(2).At, CancellationToken))
                .Select(heartbeat => heartbeat.Id));
    }

    [Fact]
    public async Task Canaries_tell_what_was_changed_replaced_removed_and_added()
    {
        await using var connection = await Server.OpenAsync(null, CancellationToken);
        await Canaries.EnsureAsync(connection, CancellationToken);
        await Canaries.EnsureAsync(connection, CancellationToken);
        Assert.Empty(await Canaries.CheckAsync(connection, CancellationToken));

        await using var change = connection.CreateCommand();
        change.CommandText = """
            UPDATE recoveryos_marks.canaries SET document = 'encrypted' WHERE id = 3;
            UPDATE recoveryos_marks.canaries SET document = 'other', md5 = md5('other') WHERE id = 4;
            DELETE FROM recoveryos_marks.canaries WHERE id = 5;
            INSERT INTO recoveryos_marks.canaries VALUES (1000, 'x', md5('x'));
            """;
        await change.ExecuteNonQueryAsync(CancellationToken);
        await Canaries.EnsureAsync(connection, CancellationToken);

        Assert.Equal(
            [
                new(3, "has another document than its hash says"), new(4, "was replaced, with its hash"),
                new(5, "is gone"), new CanaryMismatch(1000, "was added"),
            ],
            await Canaries.CheckAsync(connection, CancellationToken));
    }

    private static Heartbeat Beat(long id) =>
        new(id, new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).AddSeconds(id), new Lsn(1000 + (ulong)id));

    private Task<IReadOnlyList<Heartbeat>> ReadAsync() =>
        Ledger.ReadAsync(SpoolStage.Name, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, CancellationToken);

    private async Task<List<(long Id, DateTimeOffset At)>> DatabaseAsync()
    {
        await using var connection = await Server.OpenAsync(null, CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, at FROM recoveryos_marks.heartbeats ORDER BY id";
        await using var rows = await command.ExecuteReaderAsync(CancellationToken);
        List<(long, DateTimeOffset)> all = [];
        while (await rows.ReadAsync(CancellationToken))
            all.Add((rows.GetInt64(0), new DateTimeOffset(rows.GetDateTime(1))));
        return all;
    }
}
