using System.Data;
using Npgsql;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Drills.Checks;

internal static class Reading
{
    /// <summary>A name as SQL wants it.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Reads every row of every table: counts and hashes, and why one could not be read.</summary>
    public static async Task<IReadOnlyList<DatabaseContent>> ReadContentAsync(
        this ServerUnderTest server, IEnumerable<string> databases, CancellationToken cancellationToken)
    {
        List<DatabaseContent> content = [];
        foreach (var database in databases)
            content.Add(await ReadAsync(server, database, cancellationToken));
        return content;
    }

    /// <summary>
    /// Npgsql closes a connection on which the server told of damage: then each table is read on its own.
    /// </summary>
    private static async Task<DatabaseContent> ReadAsync(
        ServerUnderTest server, string database, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync(database, cancellationToken);
        try
        {
            return await DataReader.ReadAsync(connection, static _ => true, cancellationToken);
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or NpgsqlException && connection.State is not ConnectionState.Open)
        {
            return await ReadOneByOneAsync(server, database, cancellationToken);
        }
    }

    private static async Task<DatabaseContent> ReadOneByOneAsync(
        ServerUnderTest server, string database, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync(database, cancellationToken);
        var all = await DataReader.ReadAsync(connection, static _ => false, cancellationToken);
        List<TableContent> tables = [];
        foreach (var table in all.Tables)
            tables.Add(table.Kind is "foreign" or "large_objects" ? table : await ReadAsync(server, database, table, cancellationToken));
        return all with { Tables = tables };
    }

    private static async Task<TableContent> ReadAsync(
        ServerUnderTest server, string database, TableContent table, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync(database, cancellationToken);
        try
        {
            await connection.RunAsync(
                $"SELECT count(t.*::text) FROM ONLY {Quote(table.Schema)}.{Quote(table.Name)} AS t", cancellationToken);
        }
        catch (PostgresException exception)
        {
            return table with { Unread = $"the server says: {exception.MessageText}" };
        }

        var read = await DataReader.ReadAsync(
            connection, other => (other.Schema, other.Name) == (table.Schema, table.Name), cancellationToken);
        return read.Tables.First(other => (other.Schema, other.Name) == (table.Schema, table.Name));
    }
}
