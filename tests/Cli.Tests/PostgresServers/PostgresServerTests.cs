using Npgsql;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Cli.Tests.PostgresServers;

public sealed class PostgresServerTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly Dictionary<string, string> Settings =
        new() { ["fsync"] = "off", ["max_connections"] = "17" };
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Theory]
    [InlineData(OwnerOnly)]
    [InlineData(OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)]
    public async Task Server_starts_below_a_folder_with_any_mode(UnixFileMode mode)
    {
        File.SetUnixFileMode(temporary.Path, mode);

        await using var server = await StartAsync();

        Assert.Equal("17", await QueryAsync(server.ConnectionString("postgres"), "SHOW max_connections"));
        Assert.Equal("on", await QueryAsync(server.ConnectionString("postgres"), "SHOW data_checksums"));
        Assert.Equal("UTF8", await QueryAsync(server.ConnectionString("postgres"), "SHOW server_encoding"));
    }

    [Fact]
    public async Task Server_answers_on_its_socket()
    {
        await using var server = await StartAsync();
        var socket = new NpgsqlConnectionStringBuilder(server.ConnectionString("postgres"))
        {
            Host = server.SocketFolder,
        };

        Assert.Equal("1", await QueryAsync(socket.ConnectionString, "SELECT 1::text"));
    }

    [Fact]
    public async Task Password_is_needed_on_both_ways_in()
    {
        await using var server = await StartAsync();
        foreach (var host in new[] { "127.0.0.1", server.SocketFolder })
        {
            var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString("postgres"))
            {
                Host = host,
                Password = "guess",
            };

            var refused = await Assert.ThrowsAsync<PostgresException>(
                () => QueryAsync(wrong.ConnectionString, "SELECT 1"));
            Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
        }
    }

    [Fact]
    public async Task Stop_leaves_no_process_and_a_start_brings_the_data_back()
    {
        await using var server = await StartAsync();
        await server.EnsureDatabaseAsync("kept", CancellationToken);
        var port = server.Port;

        await server.StopAsync(immediate: false, CancellationToken);
        Assert.Empty(ProcessTable.WithWorkingFolder(server.DataFolder));
        await server.StartAsync(CancellationToken);

        Assert.Equal(port, server.Port);
        Assert.Equal("kept", await QueryAsync(server.ConnectionString("kept"), "SELECT current_database()::text"));
    }

    [Fact]
    public async Task What_was_committed_survives_a_kill()
    {
        await using var server = await StartAsync();
        await QueryAsync(server.ConnectionString("postgres"), "CREATE TABLE kept AS SELECT 'yes' AS answer");

        await server.KillAsync(CancellationToken);
        Assert.Empty(ProcessTable.WithWorkingFolder(server.DataFolder));
        await server.StartAsync(CancellationToken);

        Assert.Equal("yes", await QueryAsync(server.ConnectionString("postgres"), "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Server_of_a_killed_run_is_stopped_first()
    {
        var orphan = await StartAsync();
        var orphanProcesses = ProcessTable.WithWorkingFolder(orphan.DataFolder);
        await QueryAsync(orphan.ConnectionString("postgres"), "CREATE TABLE kept AS SELECT 'yes' AS answer");

        await using var server = await StartAsync();

        Assert.NotEmpty(orphanProcesses);
        Assert.Empty(ProcessTable.WithWorkingFolder(server.DataFolder).Intersect(orphanProcesses));
        Assert.Equal("yes", await QueryAsync(server.ConnectionString("postgres"), "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Lock_of_a_process_number_that_is_somebody_elses_is_no_obstacle()
    {
        await using var server = await StartAsync();
        await server.StopAsync(immediate: false, CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(server.DataFolder, "postmaster.pid"), $"{Environment.ProcessId}\n", CancellationToken);

        await server.StartAsync(CancellationToken);

        Assert.Equal("1", await QueryAsync(server.ConnectionString("postgres"), "SELECT 1::text"));
    }

    [Fact]
    public async Task Half_made_cluster_is_made_anew()
    {
        var half = Path.Combine(temporary.Path, "server", "data.new");
        Directory.CreateDirectory(half);
        await File.WriteAllTextAsync(Path.Combine(half, "PG_VERSION"), "15\n", CancellationToken);

        await using var server = await StartAsync();

        Assert.False(Directory.Exists(half));
    }

    [Fact]
    public async Task Wrong_setting_is_named()
    {
        Dictionary<string, string> wrong = new() { ["max_connections"] = "many" };

        var failure = await Assert.ThrowsAsync<PostgresServerException>(
            () => PostgresServer.StartAsync(Path.Combine(temporary.Path, "server"), wrong, CancellationToken));

        Assert.Contains("did not start", failure.Message, StringComparison.Ordinal);
    }

    private Task<PostgresServer> StartAsync() =>
        PostgresServer.StartAsync(Path.Combine(temporary.Path, "server"), Settings, CancellationToken);

    private static async Task<string?> QueryAsync(string connectionString, string sql)
    {
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using var command = dataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync(CancellationToken) as string;
    }
}
