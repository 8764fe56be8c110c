using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Runs;

public sealed class BackupRunsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private NpgsqlDataSource? opened;

    private NpgsqlDataSource DataSource => opened ?? throw new InvalidOperationException("not yet opened");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(
        "migrated",
        async (connectionString, cancellationToken) =>
        {
            await using var dataSource = NpgsqlDataSource.Create(connectionString);
            await new Migrator(dataSource).MigrateAsync(cancellationToken);
        },
        Stop));

    public ValueTask DisposeAsync() => DataSource.DisposeAsync();

    [Fact]
    public async Task A_run_is_seen_while_it_runs_and_when_it_has_succeeded()
    {
        var during = await Runs().RecordAsync(
            "one", BackupJob.Prune, (_, stop) => Runs().ListAsync(new(null, null), new(10, null), stop), Stop);

        Assert.Equal("running", Assert.Single(during.Data).Status);
        var after = Assert.Single((await ListAsync(new(null, null))).Data);
        Assert.Equal(
            ("one", "prune", null, "succeeded", null),
            (after.Server, after.Job, after.Kind, after.Status, after.Failure));
        Assert.True(after.FinishedAt >= after.StartedAt);
    }

    [Fact]
    public async Task A_failed_run_says_why()
    {
        await Assert.ThrowsAsync<BackupException>(() => Runs().RecordAsync<int>(
            "one", BackupJob.Backup, (_, _) => throw new BackupException("disk_full", "Free some."), Stop));

        var run = Assert.Single((await ListAsync(new(null, null))).Data);
        Assert.Equal(
            ("failed", "disk_full", "Free some.", "physical"), (run.Status, run.Failure, run.FailureDetail, run.Kind));
    }

    [Fact]
    public async Task A_canceled_run_says_so()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Runs().RecordAsync<int>(
            "one", BackupJob.Dump, (_, _) => Task.FromCanceled<int>(cancel.Token), Stop));

        Assert.Equal("canceled", Assert.Single((await ListAsync(new(null, null))).Data).Failure);
    }

    [Fact]
    public async Task The_next_run_closes_those_of_killed_processes_and_no_living_one()
    {
        await ExecuteAsync("INSERT INTO backup_runs (server, job) VALUES ('killed', 'backup')");

        await Runs().RecordAsync(
            "alive", BackupJob.Backup,
            (_, _) => Runs().RecordAsync("other", BackupJob.Dump, (_, _) => Task.FromResult(0), Stop), Stop);

        var runs = (await ListAsync(new(null, null))).Data.ToDictionary(run => run.Server);
        Assert.Equal(("failed", "killed"), (runs["killed"].Status, runs["killed"].Failure));
        Assert.Equal("succeeded", runs["alive"].Status);
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_in_pages_by_server_and_job()
    {
        foreach (var (server, job) in new[] { ("a", "backup"), ("b", "backup"), ("a", "dump"), ("a", "backup") })
            await Runs().RecordAsync(server, job, (_, _) => Task.FromResult(0), Stop);

        var first = await Runs().ListAsync(new("a", "backup"), new(1, null), Stop);
        Assert.True(Cursor.TryParse(first.NextCursor, out var before));
        var second = await Runs().ListAsync(new("a", "backup"), new(1, before), Stop);

        Assert.Null(second.NextCursor);
        Assert.True(first.Data.Single().Id > second.Data.Single().Id);
        Assert.Equal(4, (await ListAsync(new(null, null))).Data.Count);
        Assert.Single((await ListAsync(new("b", null))).Data);
        Assert.Empty((await ListAsync(new("b", "dump"))).Data);
    }

    [Fact]
    public async Task A_run_whose_backup_was_pruned_says_when()
    {
        var (gone, kept) = (new Guid("00000000-0000-0000-0000-000000000001"), Guid.NewGuid());
        await ExecuteAsync($"""
            INSERT INTO backup_runs (server, job, status, finished_at, backup_id, sequence, stored_bytes)
            VALUES ('one', 'backup', 'succeeded', now(), '{gone}', 1, 77),
                ('one', 'dump', 'succeeded', now(), '{kept}', 2, 5),
                ('two', 'backup', 'succeeded', now(), '{gone}', 1, 77)
            """);
        CatalogueEntry Entry(int day, Guid id) => new()
        {
            Sequence = day,
            Server = "one",
            At = DateTimeOffset.UnixEpoch.AddDays(day),
            Previous = "",
            Pruned = new(
                id,
                "old"),
        };

        await Runs().MarkPrunedAsync(
            "one", [Entry(3, gone), new() { Sequence = 4, Server = "one", At = default, Previous = "" }], Stop);
        // The catalogue's first word holds.
        await Runs().MarkPrunedAsync("one", [Entry(5, gone)], Stop);

        var runs = (await ListAsync(new("one", null))).Data;
        Assert.Equal(
            [null, DateTime.UnixEpoch.AddDays(3)], runs.OrderBy(run => run.PrunedAt).Select(run => run.PrunedAt));
        Assert.Equal(77, runs.Single(run => run.PrunedAt is not null).StoredBytes);
        Assert.Null(Assert.Single((await ListAsync(new("two", null))).Data).PrunedAt);
    }

    private BackupRuns Runs() => new(DataSource, TimeProvider.System, NullLogger<BackupRuns>.Instance);

    private Task<Page<BackupRun>> ListAsync(BackupRunFilter filter) => Runs().ListAsync(filter, new(10, null), Stop);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
