using System.Data;
using Npgsql;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Drills.Checks;

internal static class Reading
{
    private const long WorthSharing = 16 * 1024 * 1024;
    private const int MostAtOnce = 4;

    /// <summary>A name as SQL wants it.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Reads every row of every table: counts and hashes, and why one could not be read.</summary>
    public static async Task<IReadOnlyList<DatabaseContent>> ReadContentAsync(
        this ServerUnderTest server, IEnumerable<string> databases, CancellationToken cancellationToken)
    {
        List<DatabaseContent> content = [];
        foreach (var database in databases)
            content.Add(await ReadTogetherAsync(server, database, cancellationToken));
        return content;
    }

    /// <summary>
    /// As many tables at once as there are processors. Nobody writes to this server: all see the same.
    /// </summary>
    private static async Task<DatabaseContent> ReadTogetherAsync(
        ServerUnderTest server, string database, CancellationToken cancellationToken)
    {
        DatabaseContent listed;
        await using (var connection = await server.OpenAsync(database, cancellationToken))
            listed = await DataReader.ReadAsync(connection, static _ => false, cancellationToken);
        var read = await Task.WhenAll(
            Shares(listed.Tables).Select(share => ReadAsync(server, database, share.Contains, cancellationToken)));
        var tables = read.SelectMany(part => part.Tables).ToLookup(Name);
        return listed with
        {
            Tables = [.. listed.Tables.Select(table => tables[Name(table)].FirstOrDefault(WasRead, Missed(table)))],
        };

        static bool WasRead(TableContent table) => table.Hash is not null || table.Unread is not null;

        // What nobody read must not pass for read.
        static TableContent Missed(TableContent table) =>
            table is { Kind: "foreign" } or { Unread: not null } ? table : table with { Unread = "it was not read" };
    }

    /// <summary>Of about the same size; a database of little is one.</summary>
    private static IReadOnlyList<HashSet<(string Schema, string Name)>> Shares(IReadOnlyList<TableContent> tables)
    {
        var count = tables.Sum(table => table.Bytes) < WorthSharing
            ? 1
            : Math.Clamp(Environment.ProcessorCount, 1, MostAtOnce);
        var shares = Enumerable.Range(0, count)
            .Select(_ => (Tables: new HashSet<(string, string)>(), Bytes: 0L))
            .ToArray();
        foreach (var table in tables.OrderByDescending(table => table.Bytes))
        {
            var least = Array.IndexOf(shares, shares.MinBy(share => share.Bytes));
            shares[least].Tables.Add(Name(table));
            shares[least].Bytes += table.Bytes;
        }

        return [.. shares.Select(share => share.Tables)];
    }

    private static (string Schema, string Name) Name(TableContent table) => (table.Schema, table.Name);

    /// <summary>
    /// Npgsql closes a connection on which the server told of damage: then each table is read on its own.
    /// </summary>
    private static async Task<DatabaseContent> ReadAsync(
        ServerUnderTest server,
        string database,
        Func<(string Schema, string Name), bool> isRead,
        CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync(database, cancellationToken);
        try
        {
            return await DataReader.ReadAsync(connection, table => isRead(Name(table)), cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidOperationException or NpgsqlException
            && connection.State is not ConnectionState.Open)
        {
            return await ReadOneByOneAsync(server, database, isRead, cancellationToken);
        }
    }

    private static async Task<DatabaseContent> ReadOneByOneAsync(
        ServerUnderTest server,
        string database,
        Func<(string Schema, string Name), bool> isRead,
        CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync(database, cancellationToken);
        var all = await DataReader.ReadAsync(connection, static _ => false, cancellationToken);
        List<TableContent> tables = [];
        foreach (var table in all.Tables)
        {
            tables.Add(table.Kind is "foreign" || !isRead(Name(table))
                ? table
                : await ReadAsync(server, database, table, cancellationToken));
        }

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
