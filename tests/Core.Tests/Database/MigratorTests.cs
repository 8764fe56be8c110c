using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Database;

public sealed class MigratorTests(PostgresFixture postgres)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twenty_migrators_at_once_apply_the_schema_once()
    {
        await using var dataSource = await EmptyAsync();
        var applied = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(
                _ => Task.Run(() => new Migrator(dataSource).MigrateAsync(CancellationToken))));

        Assert.Equal(
            Migration.All.Select(migration => migration.Name), Assert.Single(applied, names => names.Count > 0));
        Assert.Equal(
            Migration.All.Count, await ScalarAsync<long>(dataSource, "SELECT count(*) FROM schema_migrations"));
    }

    [Fact]
    public async Task A_changed_script_is_refused_by_name()
    {
        await using var dataSource = await EmptyAsync();
        await new Migrator(dataSource, [Script("0001_first.sql", "CREATE TABLE first ();")])
            .MigrateAsync(CancellationToken);

        var changed = new Migrator(
            dataSource,
            [Script("0001_first.sql", "CREATE TABLE first (id int);"),
                Script("0002_second.sql", "CREATE TABLE second ();")]);
        var refused = await Assert.ThrowsAsync<ChangedMigrationException>(
            () => changed.MigrateAsync(CancellationToken));

        Assert.Contains("0001_first.sql", refused.Message, StringComparison.Ordinal);
        Assert.True(await ScalarAsync<bool>(dataSource, "SELECT to_regclass('second') IS NULL"));
    }

    [Fact]
    public async Task A_failed_script_leaves_nothing_behind_and_the_lock_is_free()
    {
        await using var dataSource = await EmptyAsync();
        var broken = new Migrator(
            dataSource,
            [
                Script("0001_first.sql", "CREATE TABLE first ();"),
                Script("0002_broken.sql", "CREATE TABLE half (); SELECT 1 / 0;"),
            ]);
        await Assert.ThrowsAsync<PostgresException>(() => broken.MigrateAsync(CancellationToken));

        Assert.True(await ScalarAsync<bool>(dataSource, "SELECT to_regclass('half') IS NULL"));
        Assert.Equal(
            "0001_first.sql",
            await ScalarAsync<string>(dataSource, "SELECT string_agg(name, ',') FROM schema_migrations"));
        Assert.Equal(0, await ScalarAsync<long>(dataSource, """
            SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
            WHERE locktype = 'advisory' AND datname = current_database()
            """));

        var mended = new Migrator(
            dataSource,
            [Script("0001_first.sql", "CREATE TABLE first ();"), Script("0002_broken.sql", "CREATE TABLE half ();")]);
        Assert.Equal(["0002_broken.sql"], await mended.MigrateAsync(CancellationToken));
    }

    [Fact]
    public async Task A_schema_of_the_roles_own_name_that_comes_later_hides_nothing()
    {
        await using var dataSource = await EmptyAsync();
        var first = Script("0001_first.sql", "CREATE TABLE first (id int); INSERT INTO first VALUES (7);");
        await new Migrator(dataSource, [first]).MigrateAsync(CancellationToken);
        await using (var command = dataSource.CreateCommand("CREATE SCHEMA AUTHORIZATION CURRENT_USER"))
        {
            await command.ExecuteNonQueryAsync(CancellationToken);
        }

        var second = Script("0002_second.sql", "CREATE TABLE second ();");
        var both = new Migrator(dataSource, [first, second]);
        Assert.Equal(["0002_second.sql"], await both.MigrateAsync(CancellationToken));

        Assert.Equal(7, await ScalarAsync<int>(dataSource, "SELECT id FROM first"));
        Assert.Equal("first,schema_migrations,second", await ScalarAsync<string>(dataSource, """
            SELECT string_agg(tablename, ',' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'
            """));
        Assert.Equal(0, await ScalarAsync<long>(
            dataSource, "SELECT count(*) FROM pg_tables WHERE schemaname = CURRENT_USER"));
    }

    [Theory]
    [InlineData("first.sql", "-- compatible-from: 1\n")]
    [InlineData("0001_first.sql", "CREATE TABLE first ();\n")]
    [InlineData("0001_first.sql", "-- compatible-from: x\n")]
    public void A_script_without_number_or_header_is_none(string name, string sql) =>
        Assert.Throws<FormatException>(() => Migration.Parse(name, sql));

    [Fact]
    public void Versions_run_from_one_without_gaps() =>
        Assert.Equal(Enumerable.Range(1, Migration.All.Count), Migration.All.Select(migration => migration.Version));

    private static Migration Script(string name, string sql) =>
        Migration.Parse(name, $"-- compatible-from: 1\n{sql}\n");

    private async Task<NpgsqlDataSource> EmptyAsync() =>
        NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(CancellationToken));

    private static async Task<T?> ScalarAsync<T>(NpgsqlDataSource dataSource, string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        return (T?)await command.ExecuteScalarAsync(CancellationToken);
    }
}
