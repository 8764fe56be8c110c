using Npgsql;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Azure;

/// <summary>Every b-tree against its table, on a server whose administrator is no superuser.</summary>
internal static class ManagedIndexCheck
{
    private const string Indexes = """
        SELECT c.oid::regclass::text, bt_index_check(c.oid, true)::text
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_am am ON am.oid = c.relam AND am.amname = 'btree'
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
        WHERE i.indisready AND i.indisvalid AND c.relpersistence = 'p' AND c.relkind = 'i'
        """;

    public static async Task<bool> IsAllowedAsync(
        ServerUnderTest server, string database, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync(database, cancellationToken);
        var allowed = (await connection.QueryAsync(
            "SELECT coalesce(current_setting('azure.extensions', true), '')", row => row.GetString(0),
            cancellationToken))[0];
        return allowed.Split(',', StringSplitOptions.TrimEntries).Contains("amcheck", StringComparer.OrdinalIgnoreCase);
    }

    public static async Task<CheckResult> RunAsync(
        ServerUnderTest server, string database, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync(database, cancellationToken);
        await connection.RunAsync("CREATE EXTENSION IF NOT EXISTS amcheck", cancellationToken);
        try
        {
            var checkedIndexes = await connection.QueryAsync(Indexes, row => row.GetString(0), cancellationToken);
            return CheckResult.Right($"amcheck found {checkedIndexes.Count} b-trees to agree with their tables.");
        }
        catch (PostgresException exception) when (exception.SqlState
            is PostgresErrorCodes.IndexCorrupted or PostgresErrorCodes.DataCorrupted)
        {
            return CheckResult.Wrong($"amcheck found corruption: {exception.MessageText}.");
        }
    }
}
