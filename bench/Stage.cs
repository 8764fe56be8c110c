using Npgsql;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Accounts;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Bench.CheckIns;

/// <summary>One PostgreSQL, durable as in production, with members for every contender.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const string Database = "bench";
    public const int Members = 1000;

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
        await using (var role = asService.CreateCommand($"CREATE ROLE {Role} SUPERUSER LOGIN PASSWORD '{postgres.Password}'"))
        {
            await role.ExecuteNonQueryAsync(cancellationToken);
        }

        var stage = new Stage(folder, postgres);
        await stage.FillAsync(cancellationToken);
        return stage;
    }

    /// <summary>The id of member 1…<see cref="Members"/>.</summary>
    public static Guid Member(int number) => Guid.Parse($"00000000-0000-7000-8000-{100_000_000_000 + number}");

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
        await ExecuteAsync($"""
            INSERT INTO members (
                id, account_id, display_code, timezone, phone_ciphertext, phone_key_id, phone_hash, country, language,
                check_in_count)
            SELECT ('00000000-0000-7000-8000-' || 100000000000 + n)::uuid, '{AccountId}', 'M-' || n, 'America/Toronto',
                sha256(n::text::bytea), 'k1', sha256(n::text::bytea), 'CA', 'en', 10
            FROM generate_series(1, {Members}) AS n
            """, cancellationToken);
        await ExecuteAsync("""
            CREATE TABLE bare_check_ins (
                id uuid PRIMARY KEY, member_id uuid NOT NULL, adherence smallint NOT NULL, mood_trend smallint NOT NULL,
                cravings smallint NOT NULL, sleep_hours numeric(3, 1) NOT NULL, isolation smallint NOT NULL, notes text,
                created_at timestamptz NOT NULL DEFAULT now())
            """, cancellationToken);
        SigningKey.Ensure(Run);
        Token = SigningKey.Load(Run).Sign(
            new("clinician", AccountId, null, TimeSpan.FromHours(12)), TimeProvider.System);
    }
}
