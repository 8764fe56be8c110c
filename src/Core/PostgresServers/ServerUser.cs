using System.Globalization;

namespace RecoveryOS.Core.PostgresServers;

/// <summary>
/// The user that PostgreSQL runs as: ours, or, since it refuses to run as root, an unprivileged one when we are root.
/// </summary>
public sealed class ServerUser
{
    private static readonly string[] Names = ["postgres", "nobody"];

    /// <summary>
    /// Tried in turn: none, then the smallest that lets the server into a folder below one that is closed to it.
    /// </summary>
    private static readonly string[] Capabilities = ["", "dac_read_search", "dac_override"];

    private readonly IReadOnlyList<string> prefix;

    private ServerUser(IReadOnlyList<string> prefix) => this.prefix = prefix;

    /// <summary>Gives <paramref name="folder"/> to that user, and finds out how it gets there.</summary>
    public static async Task<ServerUser> OwnAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
            return new ServerUser([]);

        var (name, user, group) = FindAccount();
        var owned = await ExternalCommand.RunAsync(["chown", "-R", $"{user}:{group}", folder], cancellationToken);
        if (owned.ExitCode != 0)
            throw new PostgresServerException($"{folder} could not be given to the user {name}: {owned.Reason}");

        return await ReachAsync(folder, cancellationToken);
    }

    /// <summary>
    /// Finds out how that user gets to <paramref name="folder"/>, and leaves the folder's owner as it is.
    /// </summary>
    public static async Task<ServerUser> ReachAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
            return new ServerUser([]);

        var (name, user, group) = FindAccount();
        var reason = "";
        foreach (var capability in Capabilities)
        {
            var candidate = new ServerUser(Prefix(user, group, capability));
            var attempt = await candidate.RunAsync(["stat", folder], cancellationToken);
            if (attempt.ExitCode == 0)
                return candidate;
            reason = attempt.Reason;
        }

        throw new PostgresServerException(
            $"PostgreSQL can't run as root, and as the user {name} it can't reach {folder} ({reason}): "
            + "choose a data folder that this user can enter.");
    }

    /// <summary>The same user, whose commands yield to everything else.</summary>
    internal ServerUser InBackground() => new(BackgroundCommand.Of(prefix));

    /// <summary>The command that runs <paramref name="command"/> as that user.</summary>
    public IReadOnlyList<string> Command(IReadOnlyList<string> command) => [.. prefix, .. command];

    public Task<ExternalResult> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        ExternalCommand.RunAsync(Command(command), cancellationToken);

    private static string[] Prefix(int user, int group, string capability)
    {
        string[] command = ["setpriv", $"--reuid={user}", $"--regid={group}", "--clear-groups"];

        return capability is "" ? command : [.. command, $"--inh-caps=+{capability}", $"--ambient-caps=+{capability}"];
    }

    private static (string Name, int User, int Group) FindAccount()
    {
        var accounts = File.ReadLines("/etc/passwd")
            .Select(line => line.Split(':'))
            .Where(parts => parts.Length > 3)
            .ToList();
        var account = Names
            .Select(name => accounts.Find(parts => parts[0] == name))
            .FirstOrDefault(parts => parts is not null)
            ?? throw new PostgresServerException(
                $"PostgreSQL can't run as root, and there is no user {string.Join(" or ", Names)} to run it as.");

        return (account[0], Number(account[2]), Number(account[3]));

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
