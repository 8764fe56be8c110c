using System.Globalization;
using System.Runtime.InteropServices;

namespace RecoveryOS.Core.PostgresServers;

/// <summary>
/// The machine's processes, as /proc shows them: finds what a killed run left behind.
/// A zombie has neither a working folder nor an environment, so it is never listed.
/// </summary>
public static class ProcessTable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    public static IReadOnlyList<int> WithWorkingFolder(string folder)
    {
        if (!Directory.Exists(folder))
            return [];

        var target = Path.TrimEndingDirectorySeparator(ResolveLinks(folder));

        return List(process => new FileInfo($"{process}/cwd").LinkTarget == target);
    }

    /// <summary>
    /// Those whose command line contains <paramref name="command"/> and that were started with this variable.
    /// </summary>
    public static IReadOnlyList<int> WithEnvironment(string command, string variable, string value) => List(process =>
        File.ReadAllText($"{process}/cmdline").Contains(command, StringComparison.Ordinal)
        && File.ReadAllText($"{process}/environ").Split('\0').Contains($"{variable}={value}"));

    /// <summary>Those of a program, by its file's name, that were started with this argument.</summary>
    public static IReadOnlyList<int> WithArguments(string program, string argument) => List(process =>
        File.ReadAllText($"{process}/cmdline").Split('\0') is [var path, .. var arguments]
        && Path.GetFileName(path) == program && arguments.Contains(argument));

    /// <summary>Where those of a program work, by its file's name.</summary>
    public static IReadOnlyList<(int Id, string Folder)> WorkingFolders(string program)
    {
        List<(int Id, string Folder)> found = [];
        _ = List(process =>
        {
            if (Path.GetFileName(File.ReadAllText($"{process}/cmdline").Split('\0')[0]) != program
                || new FileInfo($"{process}/cwd").LinkTarget is not { } folder)
            {
                return false;
            }

            found.Add((int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture), folder));
            return true;
        });
        return found;
    }

    /// <summary>Those one of whose arguments is this folder, or lies in it.</summary>
    public static IReadOnlyList<int> Naming(string folder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return List(process => File.ReadAllText($"{process}/cmdline").Split('\0')
            .Any(argument => argument == path || argument.StartsWith($"{path}/", StringComparison.Ordinal)));
    }

    /// <summary>Sends SIGTERM; a process that has just ended is no error.</summary>
    public static void Terminate(int processId) => _ = Signal(processId, 15);

    /// <summary>Sends SIGKILL, which no process can catch.</summary>
    public static void Kill(int processId) => _ = Signal(processId, 9);

    /// <summary>
    /// Waits until <paramref name="list"/> is empty; false when it still isn't after <paramref name="limit"/>.
    /// </summary>
    public static async Task<bool> WaitUntilGoneAsync(
        Func<IReadOnlyList<int>> list, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (list().Count > 0)
        {
            if (TimeProvider.System.GetElapsedTime(started) > limit)
                return false;
            await Task.Delay(PollInterval, cancellationToken);
        }

        return true;
    }

    /// <summary>/proc names folders by their real path, so a path through a link would never match.</summary>
    private static string ResolveLinks(string folder)
    {
        var full = Path.GetFullPath(folder);
        var parent = Path.GetDirectoryName(full);
        if (parent is null)
            return full;

        var info = new DirectoryInfo(Path.Combine(ResolveLinks(parent), Path.GetFileName(full)));
        return info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? info.FullName;
    }

    private static List<int> List(Func<string, bool> matches)
    {
        List<int> found = [];
        if (!OperatingSystem.IsLinux())
            return found;

        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && id != Environment.ProcessId && Matches(process))
            {
                found.Add(id);
            }
        }

        return found;

        // Another user's process, or one that ends while it is looked at, is not ours.
        bool Matches(string process)
        {
            try
            {
                return matches(process);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int processId, int signal);
}
