using Npgsql;
using RecoveryOS.Testing;

namespace RecoveryOS.Cli.Tests.PostgresServers;

public sealed class PostgresFixtureTests(PostgresFixture postgres)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_gives_another_empty_database()
    {
        var first = await postgres.CreateDatabaseAsync(CancellationToken);
        var second = await postgres.CreateDatabaseAsync(CancellationToken);
        await ExecuteAsync(first, "CREATE TABLE only_here ()", CancellationToken);

        Assert.Equal(1L, await CountTablesAsync(first));
        Assert.Equal(0L, await CountTablesAsync(second));
    }

    [Fact]
    public async Task Template_is_filled_once_and_its_copies_are_apart()
    {
        var fills = 0;
        var databases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => postgres.CreateDatabaseAsync(
            nameof(Template_is_filled_once_and_its_copies_are_apart),
            async (connectionString, cancellationToken) =>
            {
                fills++;
                await ExecuteAsync(connectionString, "CREATE TABLE migrated ()", cancellationToken);
            },
            CancellationToken)));

        await ExecuteAsync(databases[0], "CREATE TABLE only_here ()", CancellationToken);

        Assert.Equal(1, fills);
        long[] counts = await Task.WhenAll(databases.Select(CountTablesAsync));
        Assert.Equal([2, 1, 1, 1], counts);
    }

    [Fact]
    public async Task Folder_of_a_killed_run_is_removed_once_by_several_at_once_and_a_living_ones_stays()
    {
        // No process has a number above 4194304.
        var prefix = $"recoveryos-left-{Guid.NewGuid():N}-";
        var left = Directory.CreateTempSubdirectory($"{prefix}4194305-").FullName;
        for (var file = 0; file < 500; file++)
            await File.WriteAllTextAsync(Path.Combine(left, $"{file}"), "", CancellationToken);
        var living = AbandonedFolders.Create(prefix);

        await Task.WhenAll(
            Enumerable.Range(0, 8).Select(
                _ => Task.Run(() => AbandonedFolders.RemoveAsync(prefix, CancellationToken))));

        Assert.Equal([living], Directory.GetDirectories(Path.GetTempPath(), $"{prefix}*"));
        Directory.Delete(living);
    }

    /// <summary>Pooled, as a migrator's connections are: a copy must not wait for them.</summary>
    private static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<long> CountTablesAsync(string connectionString)
    {
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using var command = dataSource.CreateCommand(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
        return await command.ExecuteScalarAsync(CancellationToken) is long count ? count : -1;
    }
}
