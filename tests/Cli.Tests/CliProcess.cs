using System.Diagnostics;

namespace RecoveryOS.Cli.Tests;

/// <summary>The CLI as an operator starts it: a process of its own, and what it left.</summary>
internal sealed record CliProcess(int ExitCode, string Output, string Error)
{
    public static Task<CliProcess> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    public static Task<CliProcess> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        RunAsync("dotnet", environment, [Path.Combine(AppContext.BaseDirectory, "RecoveryOS.Cli.dll"), .. arguments]);

    public static async Task<CliProcess> RunAsync(
        string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("RECOVERYOS_DATA");
        start.Environment.Remove("Database__Url");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var cancellationToken = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);

        return new CliProcess(process.ExitCode, await output, await error);
    }

    /// <summary>Its one line of complaint.</summary>
    public void AssertFailed(int exitCode, string complaint)
    {
        Assert.Equal(exitCode, ExitCode);
        Assert.Empty(Output);
        Assert.Contains(complaint, Error, StringComparison.Ordinal);
        Assert.Single(Error.TrimEnd('\n').Split('\n'));
    }
}
