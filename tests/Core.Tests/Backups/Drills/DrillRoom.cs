using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Alarms;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Core.Backups.Verifications;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>A migrated database of the service and a folder, for one test class.</summary>
internal sealed class DrillRoom : IAsyncDisposable
{
    private readonly ServiceProvider metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private DrillRoom(NpgsqlDataSource database) => Database = database;

    public NpgsqlDataSource Database { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("recoveryos-drills-").FullName;

    public RestoreTests Tests => new(Database);

    public OutboxBell Bell { get; } = new();

    public static async Task<DrillRoom> OpenAsync(PostgresFixture postgres) => new(DatabaseServices.CreateDataSource(
        await postgres.CreateDatabaseAsync("migrated", MigrateAsync, TestContext.Current.CancellationToken)));

    public OperatorAlarms Alarms(params string[] phones) => new(
        Database,
        new PhoneCipher(Options.Create(new EncryptionOptions
        {
            ActiveKeyId = "test",
            Keys = new() { ["test"] = Convert.ToBase64String(new byte[32]) },
            LookupKey = Convert.ToBase64String(new byte[32]),
        })),
        Bell,
        Options.Create(new BackupOptions { Drill = new DrillOptions { OperatorPhones = [.. phones] } }),
        metrics.GetRequiredService<IMeterFactory>(),
        NullLogger<OperatorAlarms>.Instance);

    public SelfTestVerifier Verifier() => new(
        Database, new JobResults(Database), Alarms(), Options.Create(new BackupOptions { Folder = Folder }),
        TimeProvider.System, NullLoggerFactory.Instance);

    public async Task<List<string>> QueryAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        List<string> rows = [];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            rows.Add(
                reader.IsDBNull(0)
                    ? ""
                    : Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture) ?? "");
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await metrics.DisposeAsync();
        Bell.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    public static async Task MigrateAsync(string url, CancellationToken cancellationToken)
    {
        await using var dataSource = DatabaseServices.CreateDataSource(url);
        await new Migrator(dataSource).MigrateAsync(cancellationToken);
    }
}
