using System.ComponentModel;
using System.Diagnostics;

namespace RecoveryOS.Core.PostgresServers;

/// <summary>What a finished command said, and its exit code.</summary>
public sealed record ExternalResult(int ExitCode, string Output, string Error)
{
    /// <summary>The line that explains a failure: PostgreSQL's tools write it first, and hints after it.</summary>
    public string Reason => $"{Error}\n{Output}".Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .FirstOrDefault($"exit code {ExitCode}").Trim();
}

/// <summary>Runs a command to its end, away from the caller's folder and PostgreSQL settings.</summary>
internal static class ExternalCommand
{
    public static async Task<ExternalResult> RunAsync(
        IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        using var process = Start(Prepare(command));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new ExternalResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public static ProcessStartInfo Prepare(IReadOnlyList<string> command)
    {
        // The caller's folder may be closed to the user that the command runs as.
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var name in start.Environment.Keys.Where(IsPostgresSetting).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C.UTF-8";
        return start;
    }

    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new PostgresServerException($"{start.FileName} could not be started.");
        }
        catch (Win32Exception exception)
        {
            throw new PostgresServerException($"{start.FileName} could not be started: {exception.Message}");
        }
    }

    private static bool IsPostgresSetting(string name) => name.StartsWith("PG", StringComparison.Ordinal);
}
