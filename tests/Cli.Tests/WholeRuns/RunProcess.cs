using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Cli.Tests.WholeRuns;

/// <summary><c>recoveryos run</c> as a new user starts it: a process, in a folder of its own, on a free port.</summary>
internal sealed partial class RunProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder temporary = new();
    private readonly HttpClient client = new();
    private ConcurrentQueue<string> lines = [];
    private Process process;

    private RunProcess() => process = Launch();

    public string Folder => temporary.Path;

    public string Url { get; } = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LocalPort.Free()}");

    /// <summary>From the start of the process to the line that says it is ready.</summary>
    public TimeSpan StartUp { get; private set; }

    public Guid AccountId => Guid.Parse(AccountLine().Match(Output).Groups[1].Value);

    /// <summary>The lines below the numbered headings, to be pasted into a shell in this order.</summary>
    public string[] PrintedCommands => [.. Command().Matches(Output).Select(match => match.Groups[1].Value)];

    /// <summary>Everything it has said so far.</summary>
    public string Output => string.Join('\n', lines);

    public static async Task<RunProcess> StartAsync()
    {
        var run = new RunProcess();
        try
        {
            await run.WaitUntilReadyAsync();
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same folder and port again, after it ended.</summary>
    public async Task StartAgainAsync()
    {
        process.Dispose();
        lines = [];
        process = Launch();
        await WaitUntilReadyAsync();
    }

    public Task<CliProcess> CliAsync(params string[] arguments) =>
        CliProcess.RunAsync([.. arguments, "--data", Folder]);

    public async Task<string> TokenAsync(params string[] arguments)
    {
        var ended = await CliAsync(["token", .. arguments]);
        Assert.Equal("", ended.Error);
        return ended.Output.TrimEnd('\n');
    }

    public async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(
        HttpMethod method, string path, string token, string? body = null)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var request = new HttpRequestMessage(method, new Uri($"{Url}{path}"))
        {
            Content = body is null ? null : new StringContent(body, new MediaTypeHeaderValue("application/json")),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
        using var answer = await client.SendAsync(request, cancellationToken);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)));
    }

    /// <summary>Fires a timer now, and waits for what it leaves.</summary>
    public async Task FireAsync(string timer, Func<bool> isDone)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var body = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
        using var answer = await client.PostAsync(new Uri($"{Url}/admin/functions/{timer}"), body, cancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var started = TimeProvider.System.GetTimestamp();
        while (!isDone())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < StartLimit, $"{timer} is not done: {Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> StopAsync(TimeSpan limit)
    {
        ProcessTable.Terminate(process.Id);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(limit);
        return process.ExitCode;
    }

    /// <summary>kill -9 of the command alone: its service and its PostgreSQL stay behind.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Ends it, and what a failed test left behind.</summary>
    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        foreach (var left in Processes())
            ProcessTable.Kill(left);
        await ProcessTable.WaitUntilGoneAsync(Processes, TimeSpan.FromSeconds(10), CancellationToken.None);
        process.Dispose();
        client.Dispose();
        temporary.Dispose();
    }

    private IReadOnlyList<int> Processes() =>
    [
        .. ProcessTable.WithEnvironment("dotnet", "RECOVERYOS_DATA", Folder),
        .. ProcessTable.WithWorkingFolder(Path.Combine(new LocalRun(Folder).PostgresFolder, "data")),
    ];

    private Process Launch()
    {
        var port = new Uri(Url).Port.ToString(CultureInfo.InvariantCulture);
        var start = CliProcess.Cli("run", "--data", Folder, "--port", port);
        // Its own queue: what a former process still says is not ours.
        var said = lines;
        var started = Process.Start(start) ?? throw new InvalidOperationException("the run could not be started");
        started.OutputDataReceived += (_, line) => Keep(line.Data);
        started.ErrorDataReceived += (_, line) => Keep(line.Data);
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return started;

        void Keep(string? line)
        {
            if (line is not null)
                said.Enqueue(line);
        }
    }

    private async Task WaitUntilReadyAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!Output.Contains("Ctrl-C stops it", StringComparison.Ordinal))
        {
            Assert.False(process.HasExited, $"the run ended: {Output}");
            Assert.True(TimeProvider.System.GetElapsedTime(started) < StartLimit, $"the run is not ready: {Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }

        StartUp = TimeProvider.System.GetElapsedTime(started);
        Assert.Contains($"RecoveryOS is ready: {Url}", lines);
    }

    [GeneratedRegex("^Account: ([0-9a-f-]{36})$", RegexOptions.Multiline)]
    private static partial Regex AccountLine();

    [GeneratedRegex(@"^\d\. .+\n(.+)$", RegexOptions.Multiline)]
    private static partial Regex Command();
}
