using System.Diagnostics;
using System.Globalization;

namespace RecoveryOS.Bench.Backups;

/// <summary>What a command cost, with all that it started.</summary>
/// <param name="CpuSeconds">Of the command and of the processes that it waited for.</param>
/// <param name="PeakBytes">
/// The most resident memory of the whole tree at one moment, sampled; servers that it started not counted.
/// </param>
internal sealed record Cost(double Seconds, double CpuSeconds, long PeakBytes);

/// <summary>Runs a shell script as the server's user, and measures it.</summary>
internal static class ProcessTree
{
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(25);

    /// <exception cref="InvalidOperationException">It failed; the message holds its last words.</exception>
    public static async Task<Cost> RunAsync(
        string script,
        IReadOnlyDictionary<string, string> environment,
        bool asServerUser,
        CancellationToken cancellationToken)
    {
        var log = Path.GetTempFileName();
        // bash's own clock for what it waited for; the tree's memory is watched from here.
        var timed = $"TIMEFORMAT='%R %U %S'; time {{ set -e; {script}\n}} >{log} 2>&1";
        string[] prefix = asServerUser && Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            : [];
        File.SetUnixFileMode(log, (UnixFileMode)0b110_110_110);
        string[] command = [.. prefix, "bash", "-c", timed];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        using var process = Process.Start(start) ?? throw new InvalidOperationException("bash did not start");
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var exit = process.WaitForExitAsync(cancellationToken);
        long peak = 0;
        while (await Task.WhenAny(exit, Task.Delay(Sample, cancellationToken)) != exit)
            peak = Math.Max(peak, ResidentBytes(process.Id));
        await exit;

        var words = (await errors).Trim().Split('\n')[^1].Split(' ');
        var said = await File.ReadAllTextAsync(log, cancellationToken);
        File.Delete(log);
        return process.ExitCode is 0 && words.Length == 3
            ? new Cost(Number(words[0]), Number(words[1]) + Number(words[2]), peak)
            : throw new InvalidOperationException($"exit code {process.ExitCode} of: {script}\n{said}");
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Only the tree is looked at: reading all of /proc each time would be a load of its own.</summary>
    private static long ResidentBytes(int root)
    {
        var sum = 0L;
        Stack<int> left = new([root]);
        while (left.TryPop(out var id))
        {
            sum += BytesOf(id);
            foreach (var child in Children(id))
                left.Push(child);
        }

        return sum;
    }

    private static IReadOnlyList<int> Children(int id)
    {
        try
        {
            return
            [
                .. Directory.EnumerateDirectories($"/proc/{id}/task")
                    .SelectMany(task => File.ReadAllText($"{task}/children").Split(' '))
                    .Where(child => child.Length > 0)
                    .Select(child => int.Parse(child, CultureInfo.InvariantCulture)),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The resident pages are the second field of statm (proc(5)).</summary>
    private static long BytesOf(int id)
    {
        try
        {
            var pages = long.Parse(File.ReadAllText($"/proc/{id}/statm").Split(' ')[1], CultureInfo.InvariantCulture);
            return File.ReadAllText($"/proc/{id}/comm").Trim() is "postgres" ? 0 : pages * Environment.SystemPageSize;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It ended while it was looked at.
            return 0;
        }
    }
}
