using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace RecoveryOS.Core.PostgresServers;

/// <summary>
/// One of PostgreSQL's client programs, run against a server: <c>pg_basebackup</c>, <c>pg_dump</c>,
/// <c>pg_receivewal</c>. The password goes by the environment, never by the command line; the caller's own PG* settings
/// do not.
/// </summary>
public static class PostgresTool
{
    /// <summary>Tells a run's own processes from all others.</summary>
    private const string Mark = "RECOVERYOS_TOOL_RUN";

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    /// <summary>Runs it to its end, and hands over what it writes.</summary>
    /// <param name="command">The program's path, then its arguments.</param>
    /// <param name="server">The server it talks to; null for programs that talk to none.</param>
    /// <param name="output">Reads standard output while it runs; null: it is dropped.</param>
    /// <param name="line">Told of each line on standard error, which is where these programs report progress.</param>
    /// <param name="cancellationToken">Asks it to stop (SIGTERM), and kills it after 10 s.</param>
    /// <returns>The exit code, and the last lines of standard error.</returns>
    /// <exception cref="PostgresServerException">It could not be started.</exception>
    public static Task<ToolResult> RunAsync(
        IReadOnlyList<string> command,
        NpgsqlConnectionStringBuilder? server,
        Func<Stream, CancellationToken, Task>? output,
        Action<string>? line,
        CancellationToken cancellationToken) =>
        RunAsync(command, server, null, output, line, cancellationToken);

    /// <summary>Runs it to its end, and writes what it reads.</summary>
    /// <param name="command">The program's path, then its arguments.</param>
    /// <param name="server">The server it talks to; null for programs that talk to none.</param>
    /// <param name="input">Writes standard input while it runs, which is closed then; null: it has none.</param>
    /// <param name="output">Reads standard output while it runs; null: it is dropped.</param>
    /// <param name="line">Told of each line on standard error.</param>
    /// <param name="cancellationToken">Asks it to stop (SIGTERM), and kills it after 10 s.</param>
    /// <returns>The exit code, and the last lines of standard error.</returns>
    /// <exception cref="PostgresServerException">It could not be started.</exception>
    public static async Task<ToolResult> RunAsync(
        IReadOnlyList<string> command,
        NpgsqlConnectionStringBuilder? server,
        Func<Stream, CancellationToken, Task>? input,
        Func<Stream, CancellationToken, Task>? output,
        Action<string>? line,
        CancellationToken cancellationToken)
    {
        var start = Prepare(command, server);
        start.RedirectStandardInput = input is not null;
        using var process = ExternalCommand.Start(start);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var errors = ReadLinesAsync(process.StandardError, line);
            var writing = input is null ? Task.CompletedTask : WriteAsync(process, input, stop.Token);
            var reading = (output ?? DropAsync)(process.StandardOutput.BaseStream, stop.Token);
            // A reader that fails leaves the program writing into a pipe that nobody empties.
            if (await Task.WhenAny(reading, process.WaitForExitAsync(stop.Token)) == reading)
                await reading;
            await writing;
            await process.WaitForExitAsync(stop.Token);
            if (process.ExitCode is not 0)
                await EndChildrenAsync(start);
            await reading;
            return new ToolResult(process.ExitCode, await errors);
        }
        finally
        {
            await stop.CancelAsync();
            await StopAsync(process, start);
        }
    }

    /// <summary>
    /// A program whose input breaks off must not take what came so far for all there is: it is killed.
    /// </summary>
    private static async Task WriteAsync(
        Process process, Func<Stream, CancellationToken, Task> input, CancellationToken cancellationToken)
    {
        try
        {
            await input(process.StandardInput.BaseStream, cancellationToken);
        }
        catch
        {
            process.Kill();
            throw;
        }

        process.StandardInput.Close();
    }

    private static ProcessStartInfo Prepare(IReadOnlyList<string> command, NpgsqlConnectionStringBuilder? server)
    {
        var start = ExternalCommand.Prepare(command);
        start.Environment[Mark] = $"{Guid.NewGuid()}";
        if (server is null)
            return start;

        Set("PGHOST", server.Host);
        Set("PGPORT", server.Port.ToString(CultureInfo.InvariantCulture));
        Set("PGUSER", server.Username);
        Set("PGPASSWORD", server.Password);
        Set("PGDATABASE", server.Database);
        Set("PGAPPNAME", server.ApplicationName);
        Set("PGSSLROOTCERT", server.RootCertificate);
        Set("PGCONNECT_TIMEOUT", "10");
        Set("PGSSLMODE", server.SslMode switch
        {
            SslMode.Disable => "disable",
            SslMode.Allow => "allow",
            SslMode.Require => "require",
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            _ => "prefer",
        });
        return start;

        void Set(string name, string? value)
        {
            if (value is { Length: > 0 })
                start.Environment[name] = value;
        }
    }

    private static Task DropAsync(Stream stream, CancellationToken cancellationToken) =>
        stream.CopyToAsync(Stream.Null, cancellationToken);

    /// <summary>Progress ends in a carriage return, which a reader of lines takes for an end of line too.</summary>
    private static async Task<IReadOnlyList<string>> ReadLinesAsync(StreamReader reader, Action<string>? line)
    {
        const int Kept = 50;
        Queue<string> last = [];
        while (await reader.ReadLineAsync(CancellationToken.None) is { } text)
        {
            line?.Invoke(text);
            last.Enqueue(text);
            if (last.Count > Kept)
                last.Dequeue();
        }

        return [.. last];
    }

    private static async Task StopAsync(Process process, ProcessStartInfo start)
    {
        if (process.HasExited)
            return;

        ProcessTable.Terminate(process.Id);
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        await EndChildrenAsync(start);
    }

    /// <summary>
    /// Ends what the program left running when a signal ended it. pg_basebackup's second process would receive WAL for
    /// ever, into a file that is gone, and hold the connection of the first, for which DROP DATABASE waits
    /// (seen on 15).
    /// </summary>
    private static async Task EndChildrenAsync(ProcessStartInfo start)
    {
        var children = () => ProcessTable.WithEnvironment(start.FileName, Mark, start.Environment[Mark] ?? "");
        foreach (var child in children())
            ProcessTable.Kill(child);
        await ProcessTable.WaitUntilGoneAsync(children, StopLimit, CancellationToken.None);
    }
}

/// <summary>How a program ended.</summary>
public sealed record ToolResult(int ExitCode, IReadOnlyList<string> Errors)
{
    /// <summary>The line that explains a failure: the first one that says error or FATAL, else the last.</summary>
    public string Reason =>
        Errors.FirstOrDefault(IsError) ?? (Errors is [.., var last] ? last : $"exit code {ExitCode}");

    private static bool IsError(string line) =>
        line.Contains("error:", StringComparison.Ordinal) || line.Contains("FATAL:", StringComparison.Ordinal);
}
