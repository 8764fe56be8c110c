using System.Globalization;
using Npgsql;
using RecoveryOS.Core.PostgresServers;
using Xunit;
using Xunit.v3;

namespace RecoveryOS.Testing;

/// <summary>
/// One PostgreSQL for all tests of an assembly: <c>[assembly: AssemblyFixture(typeof(PostgresFixture))]</c>.
/// Where PostgreSQL is missing, the tests that ask for a database are skipped on a laptop and fail in CI.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private const string FolderPrefix = "recoveryos-tests-";

    // What a test writes need not survive the machine, and syncing it is most of its time.
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["fsync"] = "off",
        ["synchronous_commit"] = "off",
        ["full_page_writes"] = "off",
        ["max_connections"] = "200",
    };

    private readonly Dictionary<string, string> templates = [];
    private readonly SemaphoreSlim oneAtATime = new(1);
    private string? folder;
    private PostgresServer? server;
    private string? missing;
    private int databases;

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await AbandonedFolders.RemoveAsync(FolderPrefix, cancellationToken);
        folder = AbandonedFolders.Create(FolderPrefix);
        try
        {
            server = await PostgresServer.StartAsync(Path.Combine(folder, "postgres"), Settings, cancellationToken);
        }
        catch (PostgresServerException exception)
            when (Environment.GetEnvironmentVariable("CI") is null or "" or "false")
        {
            missing = exception.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.StopAsync(immediate: true, CancellationToken.None);
        if (folder is not null)
            Directory.Delete(folder, recursive: true);
        oneAtATime.Dispose();
    }

    /// <summary>A connection string to a new, empty database.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken) =>
        await CreateAsync("template0", cancellationToken);

    /// <summary>
    /// A connection string to a copy of the database that <paramref name="fill"/> filled when
    /// <paramref name="template"/> was first asked for: a migrated database for the price of a file copy.
    /// </summary>
    public async Task<string> CreateDatabaseAsync(
        string template, Func<string, CancellationToken, Task> fill, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (!templates.TryGetValue(template, out var source))
            {
                var connectionString = await CreateAsync("template0", cancellationToken);
                await fill(connectionString, cancellationToken);
                source = new NpgsqlConnectionStringBuilder(connectionString).Database ?? "";
                await CloseAsync(source, cancellationToken);
                templates[template] = source;
            }

            return await CreateAsync(source, cancellationToken);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    private async Task<string> CreateAsync(string template, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref databases)}");
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}", cancellationToken);

        return Server.ConnectionString(name);
    }

    /// <summary>A database that somebody is connected to can't be copied, and a pooled connection stays.</summary>
    private async Task CloseAsync(string database, CancellationToken cancellationToken)
    {
        await ExecuteAsync($"ALTER DATABASE {database} ALLOW_CONNECTIONS false", cancellationToken);
        await ExecuteAsync(
            $"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database}'",
            cancellationToken);
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var dataSource = NpgsqlDataSource.Create(Server.ConnectionString("postgres"));
        await using var command = dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private PostgresServer Server =>
        server ?? throw new InvalidOperationException($"{DynamicSkipToken.Value}{missing}");
}
