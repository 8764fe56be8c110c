using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Cli.LocalRuns;

/// <summary>Whether a database that is not our own can hand out its WAL.</summary>
internal static class Replication
{
    /// <returns>Null when it can; else why not, for people.</returns>
    public static async Task<string?> RefusalAsync(string databaseUrl, CancellationToken cancellationToken)
    {
        var address = DatabaseUrl.Parse(databaseUrl);
        address.Pooling = false;
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT current_setting('server_version_num')::int / 10000,
                current_setting('wal_level'),
                current_setting('max_wal_senders')::int > 0 AND current_setting('max_replication_slots')::int > 0,
                (SELECT rolsuper OR rolreplication FROM pg_roles WHERE rolname = current_user)
            """,
            connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var version = row.GetInt32(0);
        if (row.GetString(1) is "minimal" || !row.GetBoolean(2))
            return "the server is not set up for replication (wal_level, max_wal_senders, max_replication_slots)";
        if (!row.GetBoolean(3))
            return $"the user {address.Username} may not replicate (ALTER ROLE … REPLICATION)";

        try
        {
            var binaries = await TargetServer.BinariesAsync(version, cancellationToken);
            return File.Exists(binaries["pg_receivewal"])
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"there is no pg_receivewal {version} on this machine");
        }
        catch (BackupException exception)
        {
            return exception.Message;
        }
    }
}
