using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>The service as a process of our own, on a port of its own, which it keeps over restarts.</summary>
internal sealed class LocalService : IAsyncDisposable
{
    private const int SigTerm = 15;

    private static readonly string[] Inherited = ["PATH", "HOME", "TMPDIR", "DOTNET_ROOT"];

    private readonly ConcurrentQueue<string> output = [];
    private readonly ConcurrentQueue<string> errors = [];
    private readonly IReadOnlyDictionary<string, string> settings;
    private readonly DirectoryInfo folder;
    private Process process;

    private LocalService(IReadOnlyDictionary<string, string> settings, DirectoryInfo folder, Deployment deployment)
    {
        (this.settings, this.folder, Deployment) = (settings, folder, deployment);
        process = Launch();
    }

    public Deployment Deployment { get; }

    /// <summary>Standard output so far; all of it once the process ended.</summary>
    public IReadOnlyCollection<string> Output => output;

    public IReadOnlyCollection<string> Errors => errors;

    /// <summary>Where texts wait while the database is away.</summary>
    public string SpoolFolder => settings[Settings.SpoolFolder];

    /// <summary>Starts it and waits until it answers <paramref name="path"/> with 200.</summary>
    public static async Task<LocalService> StartAsync(
        string databaseUrl, string path = "/readyz", params IReadOnlyList<(string Name, string Value)> changes)
    {
        var folder = Directory.CreateTempSubdirectory("recoveryos-e2e-");
        var key = SigningKey.CreateRsa("k-rsa");
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LocalPort.Free()}"));
        var settings = Settings.Create(address, databaseUrl, Path.Combine(folder.FullName, "jwks.json"));
        settings[Settings.SpoolFolder] = Path.Combine(folder.FullName, "spool");
        foreach (var (name, value) in changes)
            settings[name] = value;

        await File.WriteAllTextAsync(
            settings[Settings.KeysUrl], SigningKey.Jwks(key), TestContext.Current.CancellationToken);
        var tokens = new Tokens(key, Settings.Issuer, Settings.Audience);
        var service = new LocalService(settings, folder, new(address, databaseUrl, tokens));
        await service.WaitForAsync(path, 200, TimeSpan.FromSeconds(30));
        return service;
    }

    /// <summary>Runs it with these settings until it ends by itself.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        IReadOnlyDictionary<string, string> settings)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        using var process = Start(settings);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            process.Kill();
        }
    }

    public Task<Answer> WaitForAsync(string path, int status, TimeSpan limit) => Poll.UntilAsync(
        async () => process.HasExited
            ? throw new InvalidOperationException($"the service ended: {string.Join('\n', errors)}")
            : await TryGetAsync(path) is { } answer && answer.Status == status ? answer : null,
        $"{path} answers {status}",
        limit);

    /// <summary>kill -9, and a new process at the same address.</summary>
    public async Task CrashAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.Dispose();
        process = Launch();
    }

    /// <summary>SIGTERM; what is in flight may still be answered.</summary>
    public void Terminate() => Signals.Send(process.Id, SigTerm);

    public async Task<int> WaitForExitAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(40), TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        process.Dispose();
        await Deployment.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private async Task<Answer?> TryGetAsync(string path)
    {
        try
        {
            return await Deployment.Anonymous.GetAsync(path);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private Process Launch()
    {
        var started = Start(settings);
        started.OutputDataReceived += (_, line) => Keep(output, line.Data);
        started.ErrorDataReceived += (_, line) => Keep(errors, line.Data);
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return started;
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }

    /// <summary>Only what it is told: a setting of ours must not reach it.</summary>
    private static Process Start(IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var name in Inherited)
            start.Environment[name] = Environment.GetEnvironmentVariable(name);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;

        return Process.Start(start) ?? throw new InvalidOperationException("the service could not be started");
    }

    /// <summary>Built beside the tests, in the same configuration.</summary>
    private static string Assembly()
    {
        const string Name = "RecoveryOS.Functions";
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", Name, configuration, $"{Name}.dll"));
    }
}
