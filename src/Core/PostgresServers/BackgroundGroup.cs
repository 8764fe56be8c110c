namespace RecoveryOS.Core.PostgresServers;

/// <summary>
/// The control group of what has to yield to a live server. Unlike a nice value it holds for sessions too, and
/// PostgreSQL's processes are each a session of their own, which many kernels weigh alike.
/// </summary>
public static class BackgroundGroup
{
    private const string Name = "recoveryos-background";

    private static readonly Lazy<ControlGroup?> Group = new(() => ControlGroup.Make(Name));

    /// <summary>
    /// The file to which a process's number is written; null: the kernel or our rights allow no such group.
    /// </summary>
    internal static string? File => Group.Value?.Members;

    /// <summary>Whether this process is in such a group already.</summary>
    internal static bool IsOurs => ControlGroup.OwnName == Name;

    /// <summary>Puts a process there, with all of its threads and the processes that it will start.</summary>
    /// <returns>False: it stays where it is.</returns>
    public static bool TryAdd(int process) => Group.Value?.TryAdd(process) is true;

    /// <summary>Lets all of them together have so much of the processors, and no more.</summary>
    /// <param name="percent">Of one processor; 0: without a limit.</param>
    /// <returns>False: there is no such group, or it knows no limits.</returns>
    public static bool TryLimit(int percent) => Group.Value?.TryLimit(percent) is true;
}
