using System.Diagnostics;

namespace RecoveryOS.Cli.Tests;

/// <summary>The CLI as an operator starts it: a process of its own, and what it left.</summary>
internal sealed record CliProcess(int ExitCode, string Output, string Error)
{
    public static Task<CliProcess> RunAsync(params string[] arguments) =>
        RunAsync(new Dictionary<string, string>(), arguments);

    public static Task<CliProcess> RunAsync(
        IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        RunAsync(Cli(arguments), environment);

    public static Task<CliProcess> RunAsync(
        string program, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        RunAsync(Prepare(program, arguments), environment);

    /// <summary>The CLI that was built beside the tests, told nothing by the caller's environment.</summary>
    public static ProcessStartInfo Cli(params string[] arguments) =>
        Prepare("dotnet", [Path.Combine(AppContext.BaseDirectory, "RecoveryOS.Cli.dll"), .. arguments]);

    private static ProcessStartInfo Prepare(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("RECOVERYOS_DATA");
        start.Environment.Remove("Database__Url");
        return start;
    }

    private static async Task<CliProcess> RunAsync(
        ProcessStartInfo start, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        using var process = Process.Start(start)
            ?? throw new InvalidOperationException($"{start.FileName} did not start");
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
