using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Cli.LocalRuns;

/// <summary>The functions, running as a child of the local run in a session of their own, so that Ctrl-C reaches us first.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const string FolderVariable = "RECOVERYOS_DATA";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    private readonly LocalRun run;
    private readonly Process process;

    private ServiceProcess(LocalRun run, Process process)
    {
        this.run = run;
        this.process = process;
    }

    /// <summary>Stops what a killed run left behind.</summary>
    public static async Task StopOrphansAsync(LocalRun run, CancellationToken cancellationToken)
    {
        var orphans = () => ProcessTable.WithEnvironment(Path.GetFileName(Installation.Service), FolderVariable, run.Folder);
        foreach (var orphan in orphans())
            ProcessTable.Terminate(orphan);
        if (await ProcessTable.WaitUntilGoneAsync(orphans, TimeSpan.FromSeconds(5), cancellationToken))
            return;

        foreach (var orphan in orphans())
            ProcessTable.Kill(orphan);
        await ProcessTable.WaitUntilGoneAsync(orphans, TimeSpan.FromSeconds(5), cancellationToken);
    }

    /// <exception cref="CliException">Somebody listens there already.</exception>
    public static void CheckPort(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            throw new CliException($"Port {port} is in use by another program: choose another with --port.");
        }
        catch (SocketException exception)
        {
            throw new CliException($"Port {port} can't be used ({exception.Message}): choose another with --port.");
        }
    }

    public static ServiceProcess Start(LocalRun run, IReadOnlyDictionary<string, string> settings)
    {
        if (!File.Exists(Installation.Service))
            throw new CliException($"The service is not built ({Installation.Service}): use the script ./recoveryos.");

        Directory.CreateDirectory(Path.GetDirectoryName(run.ServiceLog) ?? run.Folder);
        if (File.Exists(run.ServiceLog))
            File.Move(run.ServiceLog, Path.ChangeExtension(run.ServiceLog, ".previous.log"), overwrite: true);

        // The shell hands the log over as the child's own output: a pipe through us would break when we are killed.
        var start = new ProcessStartInfo(
            "sh",
            ["-c", """log=$1; shift; exec setsid "$@" >"$log" 2>&1 </dev/null""", "sh", run.ServiceLog, Dotnet, Installation.Service]);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        start.Environment[FolderVariable] = run.Folder;

        return new ServiceProcess(
            run, Process.Start(start) ?? throw new CliException("The service could not be started."));
    }

    /// <exception cref="CliException">It ended, or was not ready in time; its last log lines are on stderr.</exception>
    public async Task WaitUntilReadyAsync(string url, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(5) };
        var started = TimeProvider.System.GetTimestamp();
        while (!await IsReadyAsync(client, cancellationToken))
        {
            if (process.HasExited)
                throw await EndedAsync(cancellationToken);
            if (TimeProvider.System.GetElapsedTime(started) > StartLimit)
                throw await FailedAsync($"The service was not ready after {StartLimit.TotalSeconds} s", cancellationToken);
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    /// <summary>Returns only by cancellation: the service is not supposed to end.</summary>
    /// <exception cref="CliException">It ended; its last log lines are on stderr.</exception>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        throw await EndedAsync(cancellationToken);
    }

    /// <summary>Lets requests in flight finish, then ends it.</summary>
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

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/readyz", UriKind.Relative), cancellationToken);
            return answer.StatusCode is HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Task<CliException> EndedAsync(CancellationToken cancellationToken) =>
        FailedAsync($"The service ended with exit code {process.ExitCode}", cancellationToken);

    private async Task<CliException> FailedAsync(string what, CancellationToken cancellationToken)
    {
        foreach (var line in (await File.ReadAllLinesAsync(run.ServiceLog, cancellationToken)).TakeLast(10))
            await Console.Error.WriteLineAsync($"  {line}");
        return new CliException($"{what}; its last log lines are above, all of them in {run.ServiceLog}");
    }
}
