namespace RecoveryOS.Core.PostgresServers;

/// <summary>
/// A control group of this machine's kernel that gets the processors only when nobody else wants them. Unlike a nice
/// value it holds for sessions too, and PostgreSQL's processes are each a session of their own, which many kernels
/// weigh alike.
/// </summary>
public static class BackgroundGroup
{
    private const string Root = "/sys/fs/cgroup";
    private const string Name = "recoveryos-background";
    private const string Members = "cgroup.procs";

    private static readonly Lazy<string?> Folder = new(Make);

    /// <summary>
    /// The file to which a process's number is written; null: the kernel or our rights allow no such group.
    /// </summary>
    internal static string? File => Folder.Value is { } folder ? Path.Combine(folder, Members) : null;

    /// <summary>Whether this process is in such a group already.</summary>
    internal static bool IsOurs => OperatingSystem.IsLinux() && Path.GetFileName(Own()) == Name;

    /// <summary>Puts a process there, with all of its threads and the processes that it will start.</summary>
    /// <returns>False: it stays where it is.</returns>
    public static bool TryAdd(int process) => File is { } file && TryWrite(file, $"{process}");

    private static string? Make()
    {
        if (!OperatingSystem.IsLinux() || Own() is not { } own)
            return null;
        if (Path.GetFileName(own) == Name)
            return own;

        var folder = Path.Combine(own, Name);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // Version 2 hands a controller down only when told; its least weight is 1, version 1's least share is 2.
        _ = TryWrite(Path.Combine(own, "cgroup.subtree_control"), "+cpu");
        return TryWrite(Path.Combine(folder, "cpu.idle"), "1")
            || TryWrite(Path.Combine(folder, "cpu.weight"), "1")
            || TryWrite(Path.Combine(folder, "cpu.shares"), "2")
            ? folder
            : null;
    }

    /// <summary>
    /// The folder of the group that we are in: of version 2's only tree, or of version 1's for processors.
    /// </summary>
    private static string? Own()
    {
        if (!System.IO.File.Exists("/proc/self/cgroup"))
            return null;

        foreach (var fields in System.IO.File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)))
        {
            if (fields is [_, "", var path] && System.IO.File.Exists(Path.Combine(Root, "cgroup.controllers")))
                return Root + path.TrimEnd('/');
            if (fields is [_, var controllers, var older] && controllers.Split(',').Contains("cpu"))
                return Path.Combine(Root, controllers) + older.TrimEnd('/');
        }

        return null;
    }

    private static bool TryWrite(string file, string text)
    {
        try
        {
            // Not created: the kernel's files are there or are not.
            using var stream = new FileStream(
                file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
