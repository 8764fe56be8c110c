using System.Diagnostics;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Bench;

/// <summary>A web service of ours or a bare one, as a process of its own.</summary>
internal sealed class Contender : IAsyncDisposable
{
    private static readonly string Bare =
        Path.Combine(Installation.Root, "artifacts", "bin", "BareEndpoint", "release", "BareEndpoint.dll");

    private readonly Process process;

    private Contender(Process process, string url, TimeSpan startUp) =>
        (this.process, Url, StartUp) = (process, url, startUp);

    public string Url { get; }

    /// <summary>From the start of the process to the first 200 of <c>/readyz</c>.</summary>
    public TimeSpan StartUp { get; }

    public int ProcessId => process.Id;

    public static Task<Contender> StartServiceAsync(Stage stage, CancellationToken cancellationToken)
    {
        var url = FreeUrl();
        return StartAsync(
            Installation.Service, url, ServiceSettings.Create(stage.Run, url, stage.Postgres.Url(Stage.Database)),
            Path.Combine(stage.Folder, "service.log"), cancellationToken);
    }

    public static Task<Contender> StartBareAsync(Stage stage, CancellationToken cancellationToken)
    {
        var url = FreeUrl();
        Dictionary<string, string> settings = new()
        {
            ["ASPNETCORE_URLS"] = url,
            ["Database__Url"] = stage.Postgres.ConnectionString(Stage.Database)
                + ";Max Auto Prepare=100;Auto Prepare Min Usages=2;No Reset On Close=true",
        };
        return StartAsync(Bare, url, settings, Path.Combine(stage.Folder, "bare.log"), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    private static async Task<Contender> StartAsync(
        string program, string url, IReadOnlyDictionary<string, string> settings, string log,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            "sh", ["-c", """log=$1; shift; exec "$@" >"$log" 2>&1""", "sh", log, "dotnet", program]);
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        while (!await IsReadyAsync(client, url, cancellationToken))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(30))
            {
                var said = await File.ReadAllTextAsync(log, cancellationToken);
                throw new InvalidOperationException($"{program} is not ready: {said}");
            }

            await Task.Delay(2, cancellationToken);
        }

        return new(process, url, Stopwatch.GetElapsedTime(started));
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, string url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri($"{url}/readyz"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string FreeUrl() => $"http://127.0.0.1:{LocalPort.Free()}";
}
