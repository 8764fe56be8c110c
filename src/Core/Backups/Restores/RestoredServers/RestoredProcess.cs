using System.Diagnostics;
using System.Globalization;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores.RestoredServers;

/// <summary>The server process on a restored folder: a child of ours, so that its end is seen at once.</summary>
internal sealed class RestoredProcess(
    RestoredCluster cluster, ServerUser user, RecoveryLog log, bool isBackground, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(30);

    private Process? process;

    public long ReplayBytes => cluster.Plan.Segments is [.., var last] && last.End > cluster.Plan.Base.StartLsn
        ? (long)(last.End - cluster.Plan.Base.StartLsn)
        : (long)(cluster.Plan.Base.StopLsn - cluster.Plan.Base.StartLsn);

    /// <summary>
    /// In a session of its own, so that Ctrl-C does not reach it; it outlives us unless it is stopped.
    /// </summary>
    public void Launch(IReadOnlyList<string> arguments)
    {
        string[] session = OperatingSystem.IsLinux() ? ["setsid"] : [];
        var prelude = isBackground ? BackgroundCommand.Yield : "";
        process = ExternalCommand.Start(ExternalCommand.Prepare(user.Command(
        [
            .. session, "sh", "-c",
            $"""{prelude}umask 077; log=$1; shift; exec "$@" >>"$log" 2>&1 </dev/null""",
            "sh", log.Path,
            .. arguments,
        ])));
    }

    /// <summary>Asks the process and its lock file: what a starter answers says nothing of the target.</summary>
    /// <exception cref="BackupException"><c>recovery_failed</c>, <c>recovery_too_slow</c>.</exception>
    public async Task WaitUntilReadyAsync(
        TimeSpan budget, IProgress<BackupProgress>? progress, CancellationToken cancellationToken)
    {
        var running = process ?? throw new InvalidOperationException("The server was not launched.");
        var started = time.GetTimestamp();
        var reported = started;
        while (!PostmasterFile.IsReady(cluster.Folder))
        {
            if (running.HasExited)
                throw new BackupException(
                    "recovery_failed", $"PostgreSQL gave up the recovery to {Asked}: {log.Reason}");
            if (time.GetElapsedTime(started) > budget)
                throw TooSlow(budget);

            if (progress is not null && time.GetElapsedTime(reported) > ReportInterval)
            {
                reported = time.GetTimestamp();
                if (log.Position is { } position && position > cluster.Plan.Base.StartLsn)
                    progress.Report(
                        new BackupProgress("replay", (long)(position - cluster.Plan.Base.StartLsn), ReplayBytes));
            }

            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    /// <summary>From now on nobody here stops it.</summary>
    public void Release()
    {
        process?.Dispose();
        process = null;
    }

    public async Task StopAsync(PostgresBinaries binaries, bool immediate, CancellationToken cancellationToken)
    {
        if (process is { HasExited: false } && File.Exists(Path.Combine(cluster.Folder, "postmaster.pid")))
        {
            await user.RunAsync(
                [
                    binaries["pg_ctl"], "stop", "-D", cluster.Folder, "-m", immediate ? "immediate" : "fast",
                    "-t", "60", "-s",
                ],
                cancellationToken);
        }

        await DisposeAsync();
    }

    /// <summary>Kills what is left of it: a postmaster that is killed leaves its children.</summary>
    public async ValueTask DisposeAsync()
    {
        if (process is null)
            return;

        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        await ScratchFolders.KillAsync(cluster.Folder, KillLimit, CancellationToken.None);
        Release();
    }

    private string Asked => $"{cluster.Plan.Recovery.Name} = {cluster.Plan.Recovery.Value}";

    private BackupException TooSlow(TimeSpan budget) => new("recovery_too_slow", string.Create(
        CultureInfo.InvariantCulture,
        $"The recovery to {Asked} took longer than {budget.TotalSeconds:0.#} s; "
        + $"it was at {log.Position?.ToString() ?? "an unknown LSN"}."));
}
