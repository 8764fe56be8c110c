using Azure.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Azure;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Tests.Backups.Stores;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Azure;

public sealed class AzureDrillTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Server = "clinic";
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What is asked for: 180 heartbeats of ten seconds were committed by then.</summary>
    private static readonly DateTimeOffset Moment = Now.AddMinutes(-30);
    private static readonly DateTimeOffset First = Moment.AddSeconds(-1795);

    private static readonly DefaultAzureCredential Credential = new();

    private readonly StoreFolder folder = new();
    private readonly FakeTimeProvider time = new(Now);
    private readonly DrillFindings found = new();
    private AzureSimulator? simulator;
    private NpgsqlDataSource? service;
    private string restored = "";

    private AzureSimulator Azure => simulator ?? throw new InvalidOperationException("It does not run.");

    private NpgsqlDataSource Service => service ?? throw new InvalidOperationException("It is not open.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        simulator = await AzureSimulator.StartAsync(Cancellation);
        Azure.AddSource(Now.AddDays(-7));
        service = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(
            "azure",
            async (database, cancellationToken) =>
            {
                await using var source = NpgsqlDataSource.Create(database);
                await new Migrator(source).MigrateAsync(cancellationToken);
            },
            Cancellation));
        restored = await postgres.CreateDatabaseAsync(Cancellation);
        var address = new NpgsqlConnectionStringBuilder(restored);
        Azure.RestoredHost = $"{address.Host}:{address.Port}";
        await Ledger.AppendAsync(
            Server,
            [.. Enumerable.Range(0, 300).Select(
                index => new Heartbeat(index + 1, First.AddSeconds(10 * index), new(4096UL * (ulong)(index + 1))))],
            Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Azure.DisposeAsync();
        await Service.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_restore_to_the_moment_passes_and_is_deleted()
    {
        await FillAsync(180);

        var log = await RunAsync();

        Assert.All(log.Checks, check => Assert.True(check.Result is Verdict.Passed, $"{check.Name}: {check.Detail}"));
        string[] checks =
        [
            "left_overs", "cost", "target", "target_reached", "heartbeats", "canaries", "read_back", "rto", "teardown",
        ];
        Assert.Empty(checks.Except(log.Checks.Select(check => check.Name)));
        Assert.Equal(0, found.LostHeartbeats);
        Assert.Equal(Moment.AddSeconds(-5), found.ProvenUntil);
        Assert.Equal([AzureSimulator.SourceId], Azure.Servers);
        Assert.False(Azure.SawToken);
        Assert.Equal("PointInTimeRestore", Azure.Made?["properties"]?["createMode"]?.GetValue<string>());
        Assert.Equal("2026-11-28T11:30:00Z", Azure.Made?["properties"]?["pointInTimeUTC"]?.GetValue<string>());
        Assert.Equal(AzureSimulator.SourceId, Azure.Made?["properties"]?["sourceServerResourceId"]?.GetValue<string>());
        Assert.Equal(
            "/subscriptions/0f0f/subnets/data",
            Azure.Made?["properties"]?["network"]?["delegatedSubnetResourceId"]?.GetValue<string>());
        Assert.Equal("2026-11-28T22:30:00Z", Azure.Made?["tags"]?["recoveryos-expires"]?.GetValue<string>());
    }

    [Fact]
    public async Task A_restore_that_is_only_the_last_snapshot_is_caught()
    {
        await FillAsync(60);

        var check = Find(await RunAsync(), "heartbeats");

        Assert.Equal(Verdict.Failed, check.Result);
        Assert.Contains("expected 180", check.Detail, StringComparison.Ordinal);
        Assert.Contains("this is an older snapshot", check.Detail, StringComparison.Ordinal);
        Assert.Equal(120, found.LostHeartbeats);
        Assert.Equal([AzureSimulator.SourceId], Azure.Servers);
    }

    [Theory]
    [InlineData(178, "2 are lost")]
    [InlineData(200, "which was asked for")]
    [InlineData(0, "There is no heartbeat, expected 180")]
    public async Task A_restore_to_another_moment_is_caught(int heartbeats, string detail)
    {
        await FillAsync(heartbeats);

        var check = Find(await RunAsync(), "heartbeats");

        Assert.Equal(Verdict.Failed, check.Result);
        Assert.Contains(detail, check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_heartbeat_that_is_missing_between_others_is_caught()
    {
        await FillAsync(180);
        await ExecuteAsync("DELETE FROM recoveryos_marks.heartbeats WHERE id = 90");

        Assert.Contains("1 are missing", Find(await RunAsync(), "heartbeats").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changed_canaries_are_caught()
    {
        await FillAsync(180);
        await ExecuteAsync("UPDATE recoveryos_marks.canaries SET document = 'x' WHERE id = 7");

        Assert.Equal(Verdict.Failed, Find(await RunAsync(), "canaries").Result);
    }

    [Fact]
    public async Task Indexes_that_Azure_lets_nobody_look_at_keep_a_test_from_passing()
    {
        await FillAsync(180);
        await AllowAsync("PG_TRGM");

        var check = Find(await RunAsync(), "amcheck");

        Assert.Equal(Verdict.Inconclusive, check.Result);
        Assert.Contains("allow it there", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throttling_is_waited_out()
    {
        await FillAsync(180);
        Azure.Throttles = 1;

        Assert.All((await RunAsync()).Checks, check => Assert.Equal(Verdict.Passed, check.Result));
    }

    [Fact]
    public async Task What_Azure_cannot_restore_proves_nothing_and_is_removed()
    {
        Azure.FailsToRestore = true;

        var log = await RunAsync();

        Assert.Equal(Verdict.Inconclusive, Find(log, "target_reached").Result);
        Assert.Contains(
            "RestoreFailed: The backup is not available", Find(log, "target_reached").Detail, StringComparison.Ordinal);
        Assert.Equal(Verdict.Passed, Find(log, "teardown").Result);
        Assert.DoesNotContain(log.Checks, check => check.Name == "heartbeats");
        Assert.Equal([AzureSimulator.SourceId], Azure.Servers);
    }

    [Fact]
    public async Task A_lock_that_keeps_the_server_is_told()
    {
        await FillAsync(180);
        Azure.IsLocked = true;

        var teardown = Find(await RunAsync(), "teardown");

        Assert.Equal(Verdict.Failed, teardown.Result);
        Assert.Contains("A lock keeps Azure from this", teardown.Detail, StringComparison.Ordinal);
        Assert.Contains("may still be there, and cost", found.Teardown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_still_there_after_its_deletion_is_told()
    {
        await FillAsync(180);
        Azure.OnlySaysThatItDeleted = true;

        var teardown = Find(await RunAsync(), "teardown");

        Assert.Equal(Verdict.Failed, teardown.Result);
        Assert.Contains("it is still there", teardown.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_of_killed_tests_are_deleted_before_the_next_one()
    {
        await FillAsync(180);
        var killed = await new RestoreTests(Service).QueueAsync(
            new(Server, DrillMethod.Azure, null), "test", Cancellation);
        Azure.AddRestored("clinic-db-rt-killed", killed.Id, Now.AddHours(1));
        Azure.AddRestored("clinic-db-rt-old", Guid.CreateVersion7(), Now.AddHours(-1));

        var log = await RunAsync();

        Assert.StartsWith(
            "2 servers of tests that were killed", Find(log, "left_overs").Detail, StringComparison.Ordinal);
        Assert.Equal([AzureSimulator.SourceId], Azure.Servers);
    }

    [Fact]
    public async Task Only_one_test_runs_at_a_time()
    {
        Azure.AddRestored("clinic-db-rt-other", Guid.CreateVersion7(), Now.AddHours(1));

        var log = await RunAsync();

        Assert.Equal(Verdict.Inconclusive, Assert.Single(log.Checks).Result);
        Assert.Null(Azure.Made);
        Assert.Contains($"{AzureSimulator.Group}/clinic-db-rt-other", Azure.Servers);
    }

    [Fact]
    public async Task A_test_that_would_cost_too_much_is_not_begun()
    {
        var log = await RunAsync(maximumCost: 0.4);

        var cost = Find(log, "cost");
        Assert.Equal(Verdict.Inconclusive, cost.Result);
        Assert.Contains("0.50 of at most 0.40 US dollars", cost.Detail, StringComparison.Ordinal);
        Assert.Null(Azure.Made);
    }

    [Fact]
    public async Task A_test_that_has_cost_what_it_may_is_ended_and_its_server_deleted()
    {
        Azure.Polls = null;
        Azure.RetryAfterSeconds = 60;

        var running = RunAsync(maximumCost: 1);
        for (var minute = 0; !running.IsCompleted && minute < 5000; minute++)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(5), Cancellation));
        }

        var log = await running;
        Assert.Contains("ended after 60 minutes", Find(log, "cost_cap").Detail, StringComparison.Ordinal);
        Assert.Equal(Verdict.Inconclusive, Find(log, "cost_cap").Result);
        Assert.Equal(Verdict.Passed, Find(log, "teardown").Result);
        Assert.Equal([AzureSimulator.SourceId], Azure.Servers);
    }

    [Fact]
    public async Task A_public_server_is_not_copied()
    {
        Azure.AddSource(Now.AddDays(-7), subnet: null);

        Assert.Contains(
            "has a public address", Find(await RunAsync(), "target_reached").Detail, StringComparison.Ordinal);
        Assert.Null(Azure.Made);
    }

    [Fact]
    public async Task Nobody_but_Azure_is_asked_how_an_operation_goes()
    {
        Azure.OperationsAt = "http://127.0.0.1:9";

        Assert.Contains("not its own", Find(await RunAsync(), "target_reached").Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://management.azure.com")]
    [InlineData("ftp://127.0.0.1")]
    public void Tokens_do_not_go_out_in_the_clear(string address) => Assert.Equal(
        "azure_not_secure",
        Assert.Throws<BackupException>(() => new ResourceManager(new(address), Credential, time)).Code);

    private HeartbeatLedger Ledger => new(new(folder.Store, BackupSettings.Create(sealing: false)));

    private static DrillCheck Find(DrillLog log, string name) => Assert.Single(log.Checks, check => check.Name == name);

    private async Task<DrillLog> RunAsync(double maximumCost = 10)
    {
        var address = new NpgsqlConnectionStringBuilder(restored) { Host = "source.invalid", Port = 5432 };
        var options = Options.Create(new BackupOptions
        {
            Targets = { new() { Name = Server, Url = address.ConnectionString } },
            Store = new() { Url = folder.Path },
            Azure = new() { SourceServerId = AzureSimulator.SourceId, MaximumCost = maximumCost, HourlyCost = 1 },
        });
        var drill = new AzureDrill(
            new(new(new(Azure.Address), Credential, time), time),
            Ledger,
            new(Service),
            new BackupTargets(options, Options.Create(new DatabaseOptions { Url = "" })),
            options,
            time);
        var log = new DrillLog(time, null, NullLogger.Instance);
        RestoreTest test = new()
        {
            Id = Guid.CreateVersion7(),
            Server = Server,
            Method = DrillMethod.Azure,
            Status = TestStatus.Running,
            CreatedAt = Now,
            Target = new("time", "2026-11-28T11:30:00Z", "asked for"),
        };
        await drill.RunAsync(test, log, found, Cancellation);
        return log;
    }

    /// <summary>What the restored server holds.</summary>
    private Task AllowAsync(string extensions) => ExecuteAsync(
        $"""
        DO $$ BEGIN
            EXECUTE format('ALTER DATABASE %I SET "azure.extensions" = ''{extensions}''', current_database());
        END $$
        """);

    private async Task FillAsync(int heartbeats)
    {
        await ExecuteAsync("""
            CREATE SCHEMA recoveryos_marks;
            CREATE TABLE recoveryos_marks.heartbeats (id bigint PRIMARY KEY, at timestamptz NOT NULL);
            """);
        await AllowAsync("AMCHECK");
        await using var source = NpgsqlDataSource.Create(restored);
        await using (var command = source.CreateCommand(
            "INSERT INTO recoveryos_marks.heartbeats "
            + "SELECT id, $1 + (id - 1) * interval '10 seconds' FROM generate_series(1, $2) AS id"))
        {
            command.Parameters.Add(new() { Value = First.UtcDateTime });
            command.Parameters.Add(new() { Value = heartbeats });
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        await using var connection = await source.OpenConnectionAsync(Cancellation);
        await Canaries.EnsureAsync(connection, Cancellation);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(restored);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
