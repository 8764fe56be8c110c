using System.Diagnostics;
using RecoveryOS.Testing;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Cli.Tests.Backups;

/// <summary>Backups on disks of a few megabytes, each in a mount namespace of its own.</summary>
public sealed class FullDiskTests(PostgresFixture postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_is_told_and_the_next_run_with_room_succeeds()
    {
        await using var stage = await CommandStage.OpenAsync(
            postgres, await Specimen.StartAsync(1000, null, Stop), isSealed: false);
        foreach (var (folder, command, named) in new[]
        {
            (stage.Store, "backup", "store"), (stage.Store, "dump", "store"), (stage.Work, "backup", "staged"),
        })
        {
            var (exitCode, error) = await RunOnSmallDiskAsync(stage, folder, command);

            Assert.Equal(1, exitCode);
            var complaint = error.TrimEnd('\n').Split('\n')[^1];
            Assert.StartsWith("recoveryos: ", complaint, StringComparison.Ordinal);
            Assert.Contains(named, complaint, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(
            Enumerable.Repeat("disk_full", 3),
            await stage.AskAsync("SELECT coalesce(failure, status) FROM backup_runs ORDER BY id"));
        Assert.Empty(stage.Entries());
        foreach (var command in new[] { "backup", "dump" })
            Assert.Equal(0, (await stage.RunAsync(command)).ExitCode);
        Assert.Empty(stage.Staged());
        Assert.Equal(2, stage.StoredBackups());
    }

    private static async Task<(int ExitCode, string Error)> RunOnSmallDiskAsync(
        CommandStage stage, string folder, string command)
    {
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo("unshare",
        [
            "--mount", "--map-root-user", "sh", "-c",
            """mount -t tmpfs -o size=256k tmpfs "$1" && exec dotnet "$0" "$2" """,
            Path.Combine(AppContext.BaseDirectory, "RecoveryOS.Cli.dll"), folder, command,
        ])
        {
            RedirectStandardError = true,
        };
        foreach (var (name, value) in stage.Settings)
            start.Environment[name] = value;
        using var process = Process.Start(start);
        Assert.NotNull(process);
        var error = await process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        return (process.ExitCode, error);
    }
}
