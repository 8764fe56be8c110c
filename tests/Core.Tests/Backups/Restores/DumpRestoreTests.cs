using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Restores.Dumps;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Restores;

public sealed class DumpRestoreTests(PostgresFixture postgres)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_dump_comes_back_equal_to_its_manifest(int jobs)
    {
        await using var place = await Place.MakeAsync(postgres);
        var plan = await place.PlanAsync();

        var restored = await place.Dumps.RestoreAsync(
            plan, place.Address,
            new DumpRestoreOptions { Into = place.Other, Jobs = jobs, StagingFolder = place.Stage.Folder }, null,
            CancellationToken);

        Assert.Equal(place.Other, restored.Database);
        Assert.True(restored.Tables >= 1);
        Assert.Equal(1000L, await place.CountAsync(place.Other));
        Assert.Empty(Directory.EnumerateFiles(place.Stage.Folder, "restore-*"));
    }

    [Fact]
    public async Task A_database_that_holds_something_is_overwritten_only_when_it_is_named_again()
    {
        await using var place = await Place.MakeAsync(postgres);
        var plan = await place.PlanAsync();
        await place.RunAsync(place.Database, "INSERT INTO \"odd Name\" SELECT n FROM generate_series(5001, 5010) AS n");

        var refused = await Assert.ThrowsAsync<BackupException>(() => place.Dumps.RestoreAsync(
            plan, place.Address, new DumpRestoreOptions(), null, CancellationToken));
        Assert.Equal("database_not_empty", refused.Code);
        Assert.Equal(1010L, await place.CountAsync(place.Database));

        await place.Dumps.RestoreAsync(
            plan, place.Address, new DumpRestoreOptions { Overwrites = place.Database }, null, CancellationToken);
        Assert.Equal(1000L, await place.CountAsync(place.Database));
    }

    [Fact]
    public async Task A_damaged_dump_touches_nothing()
    {
        await using var place = await Place.MakeAsync(postgres);
        var plan = await place.PlanAsync();
        var file = Path.Combine(place.Stage.Folder, "store", plan.Dump.Dump.Name);
        var content = await File.ReadAllBytesAsync(file, CancellationToken);
        await File.WriteAllBytesAsync(file, content[..(content.Length * 6 / 10)], CancellationToken);

        await Assert.ThrowsAnyAsync<Exception>(() => place.Dumps.RestoreAsync(
            plan, place.Address, new DumpRestoreOptions { Overwrites = place.Database }, null, CancellationToken));

        Assert.Equal(1000L, await place.CountAsync(place.Database));
        Assert.Equal(
            0L, await place.AskAsync(
                "template1", "SELECT count(*) FROM pg_database WHERE datname LIKE 'recoveryos_restoring%'"));
    }

    [Fact]
    public async Task A_database_that_was_never_dumped_is_refused_with_those_that_were()
    {
        await using var place = await Place.MakeAsync(postgres);

        var refused = await Assert.ThrowsAsync<BackupException>(
            () => place.Dumps.PlanAsync("dumped", "elsewhere", CancellationToken));

        Assert.Contains(place.Database, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A database with its dump.</summary>
    private sealed class Place : IAsyncDisposable
    {
        private Place(BackupStage stage, string connectionString) =>
            (Stage, Address) = (stage, new NpgsqlConnectionStringBuilder(connectionString));

        public BackupStage Stage { get; }

        public NpgsqlConnectionStringBuilder Address { get; }

        public string Database => Address.Database ?? "";

        public string Other => $"{Database}_restored";

        public DumpRestore Dumps => Stage.Get<DumpRestore>();

        public static async Task<Place> MakeAsync(PostgresFixture postgres)
        {
            var connectionString = await postgres.CreateDatabaseAsync(CancellationToken);
            var address = new NpgsqlConnectionStringBuilder(connectionString);
            var place = new Place(
                new BackupStage(
                    ("Backups__Targets__0__Name", "dumped"),
                    ("Backups__Targets__0__Url", connectionString),
                    ("Backups__Targets__0__Databases__0", address.Database ?? "")),
                connectionString);
            Directory.CreateDirectory(Path.Combine(place.Stage.Folder, "store"));
            await place.RunAsync(
                place.Database, "CREATE TABLE \"odd Name\" AS SELECT n FROM generate_series(1, 1000) AS n");
            await place.Stage.Logical.TakeAsync(
                place.Stage.Get<BackupTargets>().Find("dumped"), null, CancellationToken);
            return place;
        }

        public Task<DumpPlan> PlanAsync() => Dumps.PlanAsync("dumped", Database, CancellationToken);

        public Task<long> CountAsync(string database) => AskAsync(database, "SELECT count(*) FROM \"odd Name\"");

        public async Task<long> AskAsync(string database, string sql)
        {
            await using var connection = await OpenAsync(database);
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(CancellationToken) is long value ? value : -1;
        }

        public async Task RunAsync(string database, string sql)
        {
            await using var connection = await OpenAsync(database);
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(CancellationToken);
        }

        public ValueTask DisposeAsync() => Stage.DisposeAsync();

        private async Task<NpgsqlConnection> OpenAsync(string database)
        {
            var address = new NpgsqlConnectionStringBuilder(Address.ConnectionString)
            {
                Database = database,
                Pooling = false,
            };
            var connection = new NpgsqlConnection(address.ConnectionString);
            await connection.OpenAsync(CancellationToken);
            return connection;
        }
    }
}
