using Npgsql;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Accounts;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Bench;

/// <summary>One PostgreSQL, durable as in production, with an account for every contender.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const string Database = "bench";

    // A role of the bench's own: what the service sends is told from what the bench sends.
    private const string Role = "bench";

    private Stage(string folder, PostgresServer postgres)
    {
        Folder = folder;
        Postgres = postgres;
        Run = new LocalRun(Path.Combine(folder, "run"));
        DataSource = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(postgres.ConnectionString(Database)) { Username = Role });
    }

    public string Folder { get; }

    public PostgresServer Postgres { get; }

    public LocalRun Run { get; }

    public NpgsqlDataSource DataSource { get; }

    public Guid AccountId { get; private set; }

    public string Token { get; private set; } = "";

    public static async Task<Stage> SetAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("recoveryos-bench-").FullName;
        var postgres = await PostgresServer.StartAsync(
            Path.Combine(folder, "postgres"),
            new Dictionary<string, string>
            {
                ["fsync"] = "on",
                ["synchronous_commit"] = "on",
                ["max_connections"] = "300",
                ["shared_buffers"] = "512MB",
                ["max_wal_size"] = "8GB",
                ["shared_preload_libraries"] = "pg_stat_statements",
            },
            cancellationToken);
        await postgres.EnsureDatabaseAsync(Database, cancellationToken);
        await using (var asService = NpgsqlDataSource.Create(postgres.ConnectionString(Database)))
        await using (var role = asService.CreateCommand(
            $"CREATE ROLE {Role} SUPERUSER LOGIN PASSWORD '{postgres.Password}'"))
        {
            await role.ExecuteNonQueryAsync(cancellationToken);
        }

        var stage = new Stage(folder, postgres);
        await stage.FillAsync(cancellationToken);
        return stage;
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = DataSource.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<long> CountAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = DataSource.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), null);
    }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await Postgres.StopAsync(immediate: true, CancellationToken.None);
        Directory.Delete(Folder, recursive: true);
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        await new Migrator(DataSource).MigrateAsync(cancellationToken);
        await ExecuteAsync("CREATE EXTENSION pg_stat_statements", cancellationToken);
        AccountId = await new AccountBook(DataSource).CreateAsync("Bench", cancellationToken);
        SigningKey.Ensure(Run);
        Token = SigningKey.Load(Run).Sign(
            new("clinician", AccountId, null, TimeSpan.FromHours(12)), TimeProvider.System);
    }
}
