using Npgsql;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Core.Tests.Backups.Manifests;
using RecoveryOS.Testing;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Core.Tests.Backups.Physical;

public sealed class PointRestoreTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>With the server's own WAL, so that it shows what the manifest is worth and nothing else.</summary>
    [Fact]
    public async Task Restored_to_its_point_a_backup_under_writers_holds_what_its_manifest_says()
    {
        await using var specimen = await Specimen.StartAsync(
            3000, new Dictionary<string, string> { ["wal_keep_size"] = "4GB" }, Stop);
        for (var round = 0; round < LongRun.Or(1, 20); round++)
        {
            await using var stage = new BackupStage();
            await using var writers = new Writers(specimen.Server.ConnectionString(Specimen.Main), 8);
            await writers.WaitForAsync(200, Stop);

            var backup = (await stage.Physical.TakeAsync(specimen.Target(), null, Stop)).Physical
                ?? throw new InvalidOperationException("no backup");
            await writers.WaitForAsync(200, Stop);
            await writers.StopAsync();
            await specimen.ExecuteAsync("postgres", "SELECT pg_switch_wal()", Stop);

            TestContext.Current.SendDiagnosticMessage(
                $"{writers.TransactionsPerSecond:F0} transactions/s, "
                + $"longest {writers.Longest.TotalMilliseconds:F0} ms");
            Assert.Null(backup.ManifestFailure);
            await CompareAsync(specimen, stage, backup);
        }
    }

    private static async Task CompareAsync(Specimen specimen, BackupStage stage, PhysicalBackup backup)
    {
        var folder = Path.Combine(stage.Folder, "restored");
        var data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        await Unpacked.IntoAsync(stage, backup, data);
        foreach (var segment in Directory.EnumerateFiles(Path.Combine(specimen.Server.DataFolder, "pg_wal")))
            File.Copy(segment, Path.Combine(data, "pg_wal", Path.GetFileName(segment)), overwrite: true);
        await File.WriteAllTextAsync(Path.Combine(folder, "password"), specimen.Server.Password, Stop);
        await File.WriteAllTextAsync(Path.Combine(data, "recovery.signal"), "", Stop);
        await Unpacked.RunAsync("chmod", "700", data);
        await using var restored = await PostgresServer.StartAsync(
            folder,
            new Dictionary<string, string>
            {
                ["restore_command"] = "false",
                ["recovery_target_name"] = backup.ManifestPoint?.Name ?? "",
                ["recovery_target_action"] = "promote",
                ["fsync"] = "off",
                ["allow_in_place_tablespaces"] = "on",
            },
            Stop);
        await PromotedAsync(restored);
        var manifest = await stage.Manifests.ReadAsync(
            backup.DataManifest ?? throw new InvalidOperationException("no manifest"), Stop);
        foreach (var database in manifest.Databases)
        {
            await using var connection = new NpgsqlConnection(
                $"{restored.ConnectionString(database.Database)};Pooling=false");
            await connection.OpenAsync(Stop);
            Assert.Empty(Differences.Between(database, await DataReader.ReadAsync(connection, _ => true, Stop)));
        }
    }

    private static async Task PromotedAsync(PostgresServer restored)
    {
        await using var connection = new NpgsqlConnection($"{restored.ConnectionString("postgres")};Pooling=false");
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand("SELECT pg_is_in_recovery()", connection);
        while (await command.ExecuteScalarAsync(Stop) is true)
            await Task.Delay(20, Stop);
    }
}
