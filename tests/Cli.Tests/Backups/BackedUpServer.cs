using System.Security.Cryptography;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Testing;

namespace RecoveryOS.Cli.Tests.Backups;

/// <summary>A server of which there is a base backup.</summary>
public sealed class BackedUpServer(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recoveryos-killed-");
    private PostgresServer? server;

    public string Folder => folder.FullName;

    /// <summary>Of commands, as they stand in the environment.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        server = await PostgresServer.StartAsync(
            Path.Combine(Folder, "server"),
            new Dictionary<string, string> { ["fsync"] = "off", ["autovacuum"] = "off" },
            cancellationToken);
        await using (var source = NpgsqlDataSource.Create(server.ConnectionString("postgres")))
        {
            await using var fill = source.CreateCommand(
                "CREATE TABLE notes AS SELECT i, md5(i::text) AS text FROM generate_series(1, 200000) AS i; "
                + "CREATE INDEX ON notes (text)");
            await fill.ExecuteNonQueryAsync(cancellationToken);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Settings["Backups__Targets__0__Name"] = "main";
        Settings["Backups__Targets__0__Url"] = server.Url("postgres");
        Settings["Backups__Targets__0__ReceivesWal"] = "false";
        Settings["Backups__Store__Url"] = Directory.CreateDirectory(Path.Combine(Folder, "store")).FullName;
        Settings["Backups__Folder"] = Path.Combine(Folder, "work");
        Settings["Backups__Signing__KeyId"] = "test";
        Settings["Backups__Signing__Key"] = Convert.ToBase64String(key.ExportPkcs8PrivateKey());
        Settings["Database__Url"] = await postgres.CreateDatabaseAsync("migrated", MigrateAsync, cancellationToken);
        Settings["Encryption__ActiveKeyId"] = "test";
        Settings["Encryption__Keys__test"] = Convert.ToBase64String(new byte[32]);
        Settings["Encryption__LookupKey"] = Convert.ToBase64String(new byte[32]);
        var taken = await CliProcess.RunAsync(Settings, "backup");
        Assert.True(taken.ExitCode == 0, taken.Error);
    }

    /// <summary>A killed test counts as running for a minute.</summary>
    public async Task ForgetTestsAsync(CancellationToken cancellationToken)
    {
        await using var source = DatabaseServices.CreateDataSource(Settings["Database__Url"]);
        await using var forget = source.CreateCommand("DELETE FROM restore_tests");
        await forget.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.KillAsync(CancellationToken.None);
        folder.Delete(recursive: true);
    }

    private static async Task MigrateAsync(string url, CancellationToken cancellationToken)
    {
        await using var dataSource = DatabaseServices.CreateDataSource(url);
        await new Migrator(dataSource).MigrateAsync(cancellationToken);
    }
}
