using System.Diagnostics;
using System.Globalization;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Testing;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Cli.Tests.Backups;

/// <summary>SIGKILL for anything that takes part in a backup or a restore, at any moment.</summary>
public sealed class KilledBackupTests(PostgresFixture postgres)
{
    private static readonly string[] Victims = ["pg_basebackup", "server", "pg_dump"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static bool IsLong => LongRun.IsOn;

    [Fact]
    public async Task Whatever_is_killed_there_is_no_half_backup_and_the_next_run_cleans_up()
    {
        await using var stage = await CommandStage.OpenAsync(
            postgres, await Specimen.StartAsync(3000, null, Stop), isSealed: false);
        var took = await TakeAsync(stage, "backup");
        var random = new Random(20261128);
        for (var kill = 0; kill < (IsLong ? 30 : 3); kill++)
        {
            var victim = Victims[kill % Victims.Length];
            var command = victim is "pg_dump" ? "dump" : "backup";
            var entries = stage.Entries().Count;
            using var process = stage.Start(command);
            // As soon as the program is there, or some time into its work. The command's own kills are in TakingTests.
            var isEarly = !IsLong || random.Next(3) == 0;
            await KillAsync(stage, process, victim, isEarly ? TimeSpan.Zero : took * random.NextDouble());
            await process.WaitForExitAsync(Stop);

            var isDone = stage.Entries().Count > entries;
            Assert.Equal(isDone ? entries + 1 : entries, stage.Entries().Count);
            Assert.True(isDone || process.ExitCode != 0, $"{victim} was killed, and the command says that all is well");
            var verified = await stage.RunAsync("backups", "verify-chain");
            Assert.True(verified.ExitCode is 0, $"{victim}: {verified.Error}");
            if (victim is "server")
                await stage.Specimen.Server.StartAsync(Stop);
            if (!IsLong && kill < 1)
                continue;

            await TakeAsync(stage, command);
            Assert.Empty(stage.Staged());
            Assert.Equal(stage.Entries().Count, stage.StoredBackups());
        }

        Assert.DoesNotContain("running", await stage.AskAsync("SELECT status FROM backup_runs"));
        Assert.Contains("failed", await stage.AskAsync("SELECT status FROM backup_runs"));
        Assert.DoesNotContain(
            "", await stage.AskAsync("SELECT coalesce(failure_detail, '') FROM backup_runs WHERE status = 'failed'"));
    }

    [Fact]
    public async Task A_restore_that_was_killed_is_known_as_unfinished()
    {
        await using var stage = await CommandStage.OpenAsync(
            postgres, await Specimen.StartAsync(3000, null, Stop), isSealed: false);
        await TakeAsync(stage, "backup");
        for (var kill = 0; kill < (IsLong ? 20 : 1); kill++)
        {
            var folder = Path.Combine(stage.Folder, $"restored-{kill}");
            using (var process = stage.Start("restore", "--newest", "--target", folder, "--start", "--yes"))
            {
                var mark = kill % 2 == 0 ? "recoveryos-restore-unfinished" : "global";
                while (!Path.Exists(Path.Combine(folder, mark)) && !process.HasExited)
                    await Task.Delay(2, Stop);
                process.Kill();
                await process.WaitForExitAsync(Stop);
            }

            var again = await stage.RunAsync("restore", "--newest", "--target", folder, "--start", "--yes");

            Assert.Equal(1, again.ExitCode);
            Assert.Contains("a restore that did not end", again.Error, StringComparison.Ordinal);
            Assert.Empty(ProcessTable.WithWorkingFolder(folder));
        }
    }

    private static async Task KillAsync(CommandStage stage, Process process, string victim, TimeSpan after)
    {
        var port = stage.Specimen.Server.Port.ToString(CultureInfo.InvariantCulture);
        var program = victim is "pg_dump" ? "pg_dump" : "pg_basebackup";
        while (!process.HasExited)
        {
            if (ProcessTable.WithEnvironment($"bin/{program}", "PGPORT", port) is [var first, ..])
            {
                await Task.WhenAny(process.WaitForExitAsync(Stop), Task.Delay(after, Stop));
                if (victim is "server")
                    await stage.Specimen.Server.KillAsync(Stop);
                else
                    ProcessTable.Kill(first);
                return;
            }

            await Task.Delay(1, Stop);
        }
    }

    private static async Task<TimeSpan> TakeAsync(CommandStage stage, string command)
    {
        var started = Stopwatch.GetTimestamp();
        var taken = await stage.RunAsync(command);
        Assert.True(taken.ExitCode is 0, taken.Error);
        return Stopwatch.GetElapsedTime(started);
    }
}
