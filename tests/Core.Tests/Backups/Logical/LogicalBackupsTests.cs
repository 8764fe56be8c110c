using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Core.Tests.Backups.Manifests;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Core.Tests.Backups.Logical;

public sealed class LogicalBackupsTests(SpecimenFixture fixture)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dump_under_writers_restores_to_what_its_manifest_says()
    {
        var specimen = await fixture.ShareAsync(Stop);
        await using var stage = new BackupStage(
            ("Backups__Encryption__ActiveKeyId", "k"),
            ("Backups__Encryption__Keys__k", Convert.ToBase64String(new byte[32])));
        await using var writers = new Writers(specimen.Server.ConnectionString(Specimen.Main), 4);
        await writers.WaitForAsync(100, Stop);

        var entry = await stage.Logical.TakeAsync(specimen.Target(), null, Stop);
        await writers.StopAsync();

        var backup = entry.Logical ?? throw new InvalidOperationException("no dump in the entry");
        Assert.Equal(
            new[] { Specimen.Empty, Specimen.Odd, Specimen.Main, "postgres" }.Order(StringComparer.Ordinal),
            backup.Databases.Select(dump => dump.Database));
        foreach (var dump in backup.Databases)
            Assert.Empty(await RestoreAsync(specimen, stage, dump));
        var globals = Path.Combine(stage.Folder, "globals.sql");
        await stage.FetchAsync(backup.Globals, globals, Stop);
        Assert.Contains("odd 'role'", await File.ReadAllTextAsync(globals, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named()
    {
        var specimen = await fixture.ShareAsync(Stop);
        await using var stage = new BackupStage();

        var failure = await Assert.ThrowsAsync<BackupException>(
            () => stage.Logical.TakeAsync(specimen.Target(), ["nowhere"], null, Stop));

        Assert.Equal("unknown_database", failure.Code);
        Assert.Contains("nowhere", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await stage.ObjectsAsync(Stop));
    }

    private static async Task<IReadOnlyList<string>> RestoreAsync(
        Specimen specimen, BackupStage stage, DatabaseDump dump)
    {
        const string Restored = "restored";
        var file = Path.Combine(stage.Folder, "dump");
        await stage.FetchAsync(dump.Dump, file, Stop);
        await specimen.ExecuteAsync("postgres", $"CREATE DATABASE {Restored} TEMPLATE template0", Stop);
        try
        {
            var result = await PostgresTool.RunAsync(
                [specimen.Server.Binaries["pg_restore"], "--exit-on-error", "--no-password", "--dbname", Restored,
                    file],
                new NpgsqlConnectionStringBuilder(specimen.Server.ConnectionString(Restored)), null, null, Stop);
            Assert.True(result.ExitCode is 0, result.Reason);
            await using var connection = await specimen.OpenAsync(Restored, Stop);
            var manifest = await stage.Manifests.ReadAsync(dump.DataManifest, Stop);
            Assert.Equal(dump.TakenAt, manifest.At);
            return Differences.Between(
                manifest.Databases.Single(),
                await DataReader.ReadAsync(connection, _ => true, Stop),
                "extension", "materialized_view");
        }
        finally
        {
            await specimen.ExecuteAsync("postgres", $"DROP DATABASE {Restored} WITH (FORCE)", CancellationToken.None);
        }
    }
}
