using Npgsql;
using RecoveryOS.Core.Backups.Restores.RestoredServers;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Restores;

public sealed class RunningTwinsTests(PostgresFixture postgres)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_running_server_of_the_same_identifier_is_told_and_neither_the_copy_itself_nor_another_one()
    {
        await using var dataSource = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(CancellationToken));
        var (identifier, folder) = await ReadAsync(dataSource);

        var twin = Assert.Single(RunningTwins.Of(identifier, "/restored"));

        Assert.Contains($"runs on {folder} (process ", twin, StringComparison.Ordinal);
        Assert.Empty(RunningTwins.Of(identifier, folder));
        Assert.Empty(RunningTwins.Of("1", "/restored"));
    }

    private static async Task<(string Identifier, string Folder)> ReadAsync(NpgsqlDataSource dataSource)
    {
        await using var command = dataSource.CreateCommand(
            "SELECT system_identifier::text, current_setting('data_directory') FROM pg_control_system()");
        await using var row = await command.ExecuteReaderAsync(CancellationToken);
        await row.ReadAsync(CancellationToken);
        return (row.GetString(0), row.GetString(1));
    }
}
