using System.Diagnostics;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Cli.LocalRuns;

/// <summary>A program of ours beside the local run, in a session of its own, so that Ctrl-C reaches us first.</summary>
internal sealed class LocalProgram : IAsyncDisposable
{
    private const string FolderVariable = "RECOVERYOS_DATA";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    private readonly string name;
    private readonly string log;
    private readonly Process process;

    private LocalProgram(string name, string log, Process process) =>
        (this.name, this.log, this.process) = (name, log, process);

    /// <summary>Stops what a killed run left behind.</summary>
    public static async Task StopOrphansAsync(LocalRun run, string program, CancellationToken cancellationToken)
    {
        var orphans = () => ProcessTable.WithEnvironment(Path.GetFileName(program), FolderVariable, run.Folder);
        foreach (var orphan in orphans())
            ProcessTable.Terminate(orphan);
        if (await ProcessTable.WaitUntilGoneAsync(orphans, TimeSpan.FromSeconds(5), cancellationToken))
            return;

        foreach (var orphan in orphans())
            ProcessTable.Kill(orphan);
        await ProcessTable.WaitUntilGoneAsync(orphans, TimeSpan.FromSeconds(5), cancellationToken);
    }

    /// <param name="name">As messages call it, such as <c>service</c>.</param>
    /// <param name="program">A .dll, then its arguments.</param>
    /// <exception cref="CliException">It is not built.</exception>
    public static LocalProgram Start(
        LocalRun run, string name, string log, string[] program, IReadOnlyDictionary<string, string> settings)
    {
        if (!File.Exists(program[0]))
            throw new CliException($"The {name} is not built ({program[0]}): use the script ./recoveryos.");

        Directory.CreateDirectory(Path.GetDirectoryName(log) ?? run.Folder);
        if (File.Exists(log))
            File.Move(log, Path.ChangeExtension(log, ".previous.log"), overwrite: true);

        // The shell hands the log over as the child's own output: a pipe through us would break when we are killed.
        var start = new ProcessStartInfo(
            "sh", ["-c", """log=$1; shift; exec setsid "$@" >"$log" 2>&1 </dev/null""", "sh", log, Dotnet, .. program]);
        foreach (var (setting, value) in settings)
            start.Environment[setting] = value;
        start.Environment[FolderVariable] = run.Folder;

        return new LocalProgram(
            name, log, Process.Start(start) ?? throw new CliException($"The {name} could not be started."));
    }

    /// <exception cref="CliException">It ended, or was not ready in time; its last log lines are on stderr.</exception>
    public async Task WaitUntilAsync(Func<CancellationToken, Task<bool>> isReady, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isReady(cancellationToken))
        {
            if (process.HasExited)
                throw await EndedAsync(cancellationToken);
            if (TimeProvider.System.GetElapsedTime(started) > StartLimit)
                throw await FailedAsync(
                    $"The {name} was not ready after {StartLimit.TotalSeconds} s", cancellationToken);
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    /// <summary>Returns only by cancellation: it is not supposed to end.</summary>
    /// <exception cref="CliException">It ended; its last log lines are on stderr.</exception>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        throw await EndedAsync(cancellationToken);
    }

    /// <summary>Lets what is under way finish, then ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            ProcessTable.Terminate(process.Id);
            using var limit = new CancellationTokenSource(DrainLimit);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        process.Dispose();
    }

    /// <summary>The one that runs us, else the one on PATH.</summary>
    private static string Dotnet =>
        Environment.ProcessPath is { } path && Path.GetFileName(path) is "dotnet" ? path : "dotnet";

    private Task<CliException> EndedAsync(CancellationToken cancellationToken) =>
        FailedAsync($"The {name} ended with exit code {process.ExitCode}", cancellationToken);

    private async Task<CliException> FailedAsync(string what, CancellationToken cancellationToken)
    {
        foreach (var line in (await File.ReadAllLinesAsync(log, cancellationToken)).TakeLast(10))
            await Console.Error.WriteLineAsync($"  {line}");
        return new CliException($"{what}; its last log lines are above, all of them in {log}");
    }
}
