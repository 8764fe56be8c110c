using System.Text;

namespace RecoveryOS.Core.PostgresServers;

/// <summary>
/// A control group of this machine's kernel, below the one that we are in: of version 2's only tree, or of version 1's
/// for processors. Its members get the processors only when nobody else wants them.
/// </summary>
internal sealed class ControlGroup
{
    private const string Root = "/sys/fs/cgroup";

    /// <summary>The kernel's own, in microseconds: a share is given out anew after each.</summary>
    private const int Period = 100_000;

    private readonly string folder;

    private ControlGroup(string folder) => this.folder = folder;

    /// <summary>The file to which a process's number is written.</summary>
    public string Members => Path.Combine(folder, "cgroup.procs");

    /// <summary>The name of the group that this process is in; null: it is in none.</summary>
    public static string? OwnName => OperatingSystem.IsLinux() ? Path.GetFileName(Own()) : null;

    /// <summary>Makes it where it is not there; our own, where that has the name.</summary>
    /// <returns>Null: the kernel or our rights allow no such group.</returns>
    public static ControlGroup? Make(string name)
    {
        if (!OperatingSystem.IsLinux() || Own() is not { } own)
            return null;
        if (Path.GetFileName(own) == name)
            return new ControlGroup(own);

        var folder = Path.Combine(own, name);
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
            ? new ControlGroup(folder)
            : null;
    }

    /// <summary>Puts a process there, with all of its threads and the processes that it will start.</summary>
    public bool TryAdd(int process) => TryWrite(Members, $"{process}");

    /// <summary>Lets all members together have so much of the processors, and no more.</summary>
    /// <param name="percent">Of one processor; 0: without a limit.</param>
    public bool TryLimit(int percent)
    {
        var microseconds = Period / 100 * percent;
        return TryWrite(Path.Combine(folder, "cpu.max"), percent > 0 ? $"{microseconds} {Period}" : $"max {Period}")
            || TryWrite(Path.Combine(folder, "cpu.cfs_quota_us"), percent > 0 ? $"{microseconds}" : "-1");
    }

    /// <summary>Removes it, once nobody is in it.</summary>
    public void Remove() => Directory.Delete(folder);

    private static string? Own()
    {
        if (!File.Exists("/proc/self/cgroup"))
            return null;

        foreach (var fields in File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)))
        {
            if (fields is [_, "", var path] && File.Exists(Path.Combine(Root, "cgroup.controllers")))
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
            stream.Write(Encoding.ASCII.GetBytes(text));
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
