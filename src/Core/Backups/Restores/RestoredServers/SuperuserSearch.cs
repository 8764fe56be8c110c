using Npgsql;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores.RestoredServers;

/// <summary>Finds a role that may do everything in a cluster of which nobody told the roles.</summary>
internal sealed class SuperuserSearch(ServerUser user, PostgresBinaries binaries)
{
    private static readonly string[] Usual = ["postgres", PostgresServer.Superuser];

    /// <summary>Null when none of the usual names is one.</summary>
    /// <param name="connectionString">For a role's name.</param>
    public static async Task<string?> AskAsync(
        string? first, Func<string, string> connectionString, CancellationToken cancellationToken)
    {
        foreach (var name in first is null ? Usual : [first, .. Usual])
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString(name));
                await connection.OpenAsync(cancellationToken);
                await using var command = new NpgsqlCommand(
                    "SELECT rolsuper FROM pg_roles WHERE rolname = current_user", connection);
                if (await command.ExecuteScalarAsync(cancellationToken) is true)
                    return name;
            }
            catch (PostgresException exception) when (exception.SqlState
                is PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InsufficientPrivilege)
            {
                // There is no such role, it may not log in, or it may not set what only a superuser sets for a session.
            }
        }

        return null;
    }

    /// <summary>Asks the stopped cluster in single-user mode, which needs no role.</summary>
    /// <exception cref="BackupException"><c>no_superuser</c>.</exception>
    public async Task<string> LookAsync(IReadOnlyList<string> serverArguments, CancellationToken cancellationToken)
    {
        const string Mark = "rolname = \"";
        var said = await user.RunAsync(
            [
                "sh", "-c",
                """echo "SELECT rolname FROM pg_authid WHERE rolsuper AND rolcanlogin ORDER BY oid LIMIT 1" | "$@" """,
                "sh", binaries["postgres"], "--single", .. serverArguments.Skip(1), "template1",
            ],
            cancellationToken);
        var from = said.Output.IndexOf(Mark, StringComparison.Ordinal);
        var to = from < 0 ? -1 : said.Output.IndexOf("\"\t(", from + Mark.Length, StringComparison.Ordinal);
        return to < 0
            ? throw new BackupException(
                "no_superuser", $"The restored cluster has no superuser that may log in: {said.Reason}")
            : said.Output[(from + Mark.Length)..to];
    }
}
