using System.Net;
using System.Net.Sockets;

namespace RecoveryOS.Cli.LocalRuns;

/// <summary>The functions, running beside the local run.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly LocalProgram program;

    private ServiceProcess(LocalProgram program) => this.program = program;

    /// <summary>Stops what a killed run left behind.</summary>
    public static Task StopOrphansAsync(LocalRun run, CancellationToken cancellationToken) =>
        LocalProgram.StopOrphansAsync(run, Installation.Service, cancellationToken);

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

    public static ServiceProcess Start(LocalRun run, IReadOnlyDictionary<string, string> settings) =>
        new(LocalProgram.Start(run, "service", run.ServiceLog, [Installation.Service], settings));

    /// <exception cref="CliException">It ended, or was not ready in time; its last log lines are on stderr.</exception>
    public async Task WaitUntilReadyAsync(string url, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(5) };
        await program.WaitUntilAsync(stop => IsReadyAsync(client, stop), cancellationToken);
    }

    /// <summary>Returns only by cancellation: the service is not supposed to end.</summary>
    /// <exception cref="CliException">It ended; its last log lines are on stderr.</exception>
    public Task WatchAsync(CancellationToken cancellationToken) => program.WatchAsync(cancellationToken);

    public ValueTask DisposeAsync() => program.DisposeAsync();

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
}
