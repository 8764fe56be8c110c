using System.Diagnostics;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Physical;

/// <summary>A base backup's files in a folder, tablespaces inside.</summary>
internal static class Unpacked
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task IntoAsync(BackupStage stage, PhysicalBackup backup, string data)
    {
        await UnpackAsync(stage, backup.Base, data);
        await UnpackAsync(stage, backup.StreamedWal, Path.Combine(data, "pg_wal"));
        foreach (var tablespace in backup.Tablespaces)
        {
            var space = Directory.CreateDirectory(Path.Combine(data, "pg_tblspc", $"{tablespace.Oid}")).FullName;
            await UnpackAsync(stage, tablespace.Content, space);
        }

        // It names the folders of the server that was backed up.
        File.Delete(Path.Combine(data, "tablespace_map"));
        await stage.FetchAsync(backup.BackupManifest, Path.Combine(data, "backup_manifest"), Stop);
    }

    public static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        Assert.NotNull(process);
        var errors = await process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode is 0, $"{program}: {errors}");
    }

    private static async Task UnpackAsync(BackupStage stage, VaultObject tar, string folder)
    {
        var file = Path.Combine(stage.Folder, Path.GetFileName(tar.Name));
        await stage.FetchAsync(tar, file, Stop);
        await RunAsync("tar", "--extract", "--file", file, "--directory", folder);
    }
}
