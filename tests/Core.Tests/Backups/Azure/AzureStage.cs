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

/// <summary>A server at Azure with a ledger of its heartbeats, and the database that Azure restores of it.</summary>
internal sealed class AzureStage : IAsyncDisposable
{
    public const string Server = "clinic";
    public static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What is asked for: 180 heartbeats of ten seconds were committed by then.</summary>
    public static readonly DateTimeOffset Moment = Now.AddMinutes(-30);
    private static readonly DateTimeOffset First = Moment.AddSeconds(-1795);

    private readonly StoreFolder folder = new();
    private readonly string restored;

    private AzureStage(AzureSimulator azure, NpgsqlDataSource service, string restored)
    {
        (Azure, Service, this.restored) = (azure, service, restored);
        var address = new NpgsqlConnectionStringBuilder(restored);
        Azure.AddSource(Now.AddDays(-7));
        Azure.RestoredHost = $"{address.Host}:{address.Port}";
    }

    public static DefaultAzureCredential Credential { get; } = new();

    public AzureSimulator Azure { get; }

    public NpgsqlDataSource Service { get; }

    public FakeTimeProvider Time { get; } = new(Now);

    public DrillFindings Found { get; } = new();

    private HeartbeatLedger Ledger => new(new(folder.Store, BackupSettings.Create(sealing: false)));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<AzureStage> OpenAsync(PostgresFixture postgres)
    {
        var service = await postgres.CreateDatabaseAsync(
            "azure",
            async (database, cancellationToken) =>
            {
                await using var source = NpgsqlDataSource.Create(database);
                await new Migrator(source).MigrateAsync(cancellationToken);
            },
            Cancellation);
        var stage = new AzureStage(
            await AzureSimulator.StartAsync(Cancellation),
            NpgsqlDataSource.Create(service),
            await postgres.CreateDatabaseAsync(Cancellation));
        await stage.Ledger.AppendAsync(
            Server,
            [.. Enumerable.Range(0, 300).Select(
                index => new Heartbeat(index + 1, First.AddSeconds(10 * index), new(4096UL * (ulong)(index + 1))))],
            Cancellation);
        return stage;
    }

    public async ValueTask DisposeAsync()
    {
        await Azure.DisposeAsync();
        await Service.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>A test to <see cref="Moment"/>, whose findings are in <see cref="Found"/>.</summary>
    public async Task<DrillLog> RunAsync(double maximumCost = 10)
    {
        var address = new NpgsqlConnectionStringBuilder(restored) { Host = "source.invalid", Port = 5432 };
        var options = Options.Create(new BackupOptions
        {
            Targets = { new() { Name = Server, Url = address.ConnectionString } },
            Store = new() { Url = folder.Path },
            Azure = new() { SourceServerId = AzureSimulator.SourceId, MaximumCost = maximumCost, HourlyCost = 1 },
        });
        var drill = new AzureDrill(
            new(new(new(Azure.Address), Credential, Time), Time),
            new(Ledger, options),
            new(Service),
            new BackupTargets(options, Options.Create(new DatabaseOptions { Url = "" })),
            options,
            Time);
        var log = new DrillLog(Time, null, NullLogger.Instance);
        RestoreTest test = new()
        {
            Id = Guid.CreateVersion7(),
            Server = Server,
            Method = DrillMethod.Azure,
            Status = TestStatus.Running,
            CreatedAt = Now,
            Target = new("time", "2026-11-28T11:30:00Z", "asked for"),
        };
        await drill.RunAsync(test, log, Found, Cancellation);
        return log;
    }

    /// <summary>What the restored server lets its administrator install.</summary>
    public Task AllowAsync(string extensions) => ExecuteAsync(
        $"""
        DO $$ BEGIN
            EXECUTE format('ALTER DATABASE %I SET "azure.extensions" = ''{extensions}''', current_database());
        END $$
        """);

    /// <summary>What the restored server holds.</summary>
    public async Task FillAsync(int heartbeats)
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

    public async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(restored);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
