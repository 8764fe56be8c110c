using System.Globalization;

namespace RecoveryOS.Core.PostgresServers;

/// <summary>
/// Commands that yield to everything else on the machine: what a test does must not slow a live server.
/// </summary>
internal static class BackgroundCommand
{
    private const string AutogroupSwitch = "/proc/sys/kernel/sched_autogroup_enabled";

    /// <summary>Joins the group of $1, and runs the rest.</summary>
    private const string Join = """echo $$ 2>/dev/null >"$1"; shift; exec "$@" """;

    /// <summary>
    /// The command with the least share of the processors and of the disk, as far as the machine has the programs.
    /// </summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> command) =>
    [
        .. BackgroundGroup.File is { } group ? ["sh", "-c", Join, "sh", group] : None,
        .. Has("nice") ? ["nice", "-n", "19"] : None,
        .. Has("ionice") ? ["ionice", "-c", "3"] : None,
        .. command,
    ];

    /// <summary>
    /// What a shell does first in a session of its own: there a kernel that groups by session compares the groups'
    /// priorities only. Nothing where it does not group.
    /// </summary>
    public static string Yield =>
        File.Exists(AutogroupSwitch) ? "echo 19 2>/dev/null >/proc/self/autogroup || :; " : "";

    /// <summary>Makes processes that run yield; their children will. One that ends meanwhile needs nothing.</summary>
    public static async Task DemoteAsync(IReadOnlyList<int> processes, CancellationToken cancellationToken)
    {
        foreach (var process in processes)
            _ = BackgroundGroup.TryAdd(process);
        foreach (var process in processes.Select(id => id.ToString(CultureInfo.InvariantCulture)))
        {
            if (Has("renice"))
                await ExternalCommand.RunAsync(["renice", "-n", "19", "-p", process], cancellationToken);
            if (Has("ionice"))
                await ExternalCommand.RunAsync(["ionice", "-c", "3", "-p", process], cancellationToken);
            if (File.Exists(AutogroupSwitch))
            {
                await ExternalCommand.RunAsync(
                    ["sh", "-c", "echo 19 2>/dev/null >/proc/$1/autogroup", "sh", process], cancellationToken);
            }
        }
    }

    private static readonly string[] None = [];

    private static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
