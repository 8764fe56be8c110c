using System.Collections.Concurrent;
using System.Diagnostics;
using RecoveryOS.Core.Backups.Restores.RestoredServers;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Testing;

namespace RecoveryOS.Cli.Tests.Backups;

/// <summary>A tester that is killed leaves servers and data; the next start removes all of it.</summary>
public sealed class KilledTesterTests(BackedUpServer server) : IClassFixture<BackedUpServer>
{
    private const int Attempts = 10;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>How a phase is known: by a line of progress, and by what is then there in the scratch folder.</summary>
    private static readonly Dictionary<string, (string Line, Func<string, bool> IsThere)> Phases = new()
    {
        ["fetch"] = ("… fetch", data => File.Exists(Path.Combine(data, "recoveryos-restore-unfinished"))),
        ["unpack"] = ("… fetch", data => Directory.Exists(Path.Combine(data, "base"))),
        ["verify"] = ("… verify", _ => true),
        ["start"] = ("… replay", data => File.Exists(Path.Combine(data, "recoveryos-restore.log"))),
        ["replay"] = ("… replay", data => Logged(data, "redo starts at")),
        ["promote"] = ("… replay", data => Logged(data, "selected new timeline ID")),
        ["checks"] = ("… read_back", _ => true),
        ["amcheck"] = ("… amcheck", _ => true),
        ["page_checksums"] = ("… page_checksums", _ => true),
        ["teardown"] = ("… teardown", _ => true),
    };

    private static readonly string[] Short = ["unpack", "replay", "checks"];

    public static TheoryData<string> Killed =>
        [.. LongRun.IsOn ? Phases.Keys : Short.AsEnumerable()];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Killed))]
    public async Task Nothing_runs_and_nothing_is_on_disk_after_the_next_start(string phase)
    {
        var scratch = Path.Combine(server.Folder, "work", "scratch");
        // A phase may be over before it is seen: then once more.
        var isHit = false;
        for (var attempt = 0; attempt < Attempts && !isHit; attempt++)
            isHit = await KillInAsync(phase, scratch);
        Assert.True(isHit, $"the phase {phase} was never hit");
        var left = Directory.EnumerateDirectories(scratch).ToList();

        await new ScratchFolders(scratch).RemoveAbandonedAsync(CancellationToken);

        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch));
        Assert.All(left, folder => Assert.Empty(ProcessTable.Naming(folder)));
        Assert.Empty(ProcessTable.Naming(scratch));
    }

    /// <returns>False: the test was over before.</returns>
    private async Task<bool> KillInAsync(string phase, string scratch)
    {
        var (line, isThere) = Phases[phase];
        await server.ForgetTestsAsync(CancellationToken);
        var start = CliProcess.Cli("restore-test", "--newest");
        foreach (var (name, value) in server.Settings)
            start.Environment[name] = value;
        using var tester = Process.Start(start) ?? throw new InvalidOperationException("the command did not start");
        ConcurrentQueue<string> lines = [];
        tester.OutputDataReceived += static (_, _) => { };
        tester.ErrorDataReceived += (_, said) => lines.Enqueue(said.Data ?? "");
        tester.BeginOutputReadLine();
        tester.BeginErrorReadLine();
        var started = Stopwatch.GetTimestamp();
        while (!(lines.Contains(line) && IsThere()))
        {
            if (tester.HasExited)
            {
                Assert.True(lines.Contains(line), $"the tester ended by itself: {string.Join('\n', lines)}");
                return false;
            }

            Assert.True(
                Stopwatch.GetElapsedTime(started) < Limit,
                $"the phase {phase} did not come: {string.Join('\n', lines)}");
            await Task.Delay(1, CancellationToken);
        }

        ProcessTable.Kill(tester.Id);
        await tester.WaitForExitAsync(CancellationToken);
        return tester.ExitCode > 128;

        bool IsThere() => Directory.Exists(scratch)
            && Directory.EnumerateDirectories(scratch).Any(folder => isThere(Path.Combine(folder, "data")));
    }

    private static bool Logged(string data, string words)
    {
        var log = Path.Combine(data, "recoveryos-restore.log");
        return File.Exists(log) && File.ReadAllText(log).Contains(words, StringComparison.Ordinal);
    }
}
