using System.Data;
using Npgsql;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Manifests;

/// <summary>
/// Counts and hashes rows in the transaction that is open on a connection. Small tables share a query. A table's lock
/// is let go when it is read, so that nobody who wants to change it waits for all the others.
/// </summary>
/// <param name="files">
/// Which file held each table's rows at the snapshot. Truncation does not heed snapshots: a table that has another file
/// after it was read may have been empty. Null: the caller's locks keep the files.
/// </param>
internal sealed class TableRows(NpgsqlConnection connection, IReadOnlyDictionary<uint, uint>? files = null)
{
    /// <summary>Stands for a file that no table has.</summary>
    public const uint NoFile = uint.MaxValue;

    private const long SmallBytes = 1024 * 1024;
    private const int TogetherAtMost = 50;

    /// <summary>Those with what was read of them, or why they could not be read.</summary>
    public async Task<Dictionary<SourceTable, TableContent>> ReadAsync(
        IReadOnlyList<SourceTable> tables, CancellationToken cancellationToken)
    {
        Dictionary<SourceTable, TableContent> read = [];
        var small = tables.Where(table => table.Content.Bytes <= SmallBytes).Chunk(TogetherAtMost);
        var large = tables.Where(table => table.Content.Bytes > SmallBytes).Select(table => new[] { table });
        foreach (var together in small.Concat(large))
        {
            foreach (var (table, content) in await ReadAsync(together, cancellationToken))
                read[table] = content;
        }

        return read;
    }

    private async Task<IEnumerable<(SourceTable, TableContent)>> ReadAsync(
        SourceTable[] together, CancellationToken cancellationToken)
    {
        await connection.RunAsync("SAVEPOINT rows", cancellationToken);
        try
        {
            var results = await connection.QueryAsync(
                string.Join(" UNION ALL ", together.Select(Query)),
                row => (Table: row.GetInt32(0), Rows: row.GetInt64(1), Hash: row.GetString(2)),
                cancellationToken);
            var moved = await MovedAsync(cancellationToken);
            return
            [
                .. results.Select(result => (together[result.Table], Content(together[result.Table], result, moved))),
            ];
        }
        catch (PostgresException exception) when (IsOfTable(exception))
        {
            if (together is [var single])
                return [(single, single.Content with { Unread = $"the server says: {exception.MessageText}" })];
        }
        finally
        {
            // Not when the connection is gone.
            if (connection.State is ConnectionState.Open)
                await connection.RunAsync("ROLLBACK TO SAVEPOINT rows; RELEASE SAVEPOINT rows", CancellationToken.None);
        }

        // One of them fails: each for itself, then.
        List<(SourceTable, TableContent)> read = [];
        foreach (var table in together)
            read.AddRange(await ReadAsync([table], cancellationToken));
        return read;
    }

    private static TableContent Content(SourceTable table, (int, long Rows, string Hash) result, HashSet<uint> moved) =>
        moved.Contains(table.Oid)
            ? table.Content with { Unread = "it was truncated or rewritten while it was read" }
            : table.Content with { Rows = result.Rows, Hash = result.Hash };

    /// <summary>
    /// The tables that have another file than at the snapshot; this function does not heed snapshots either.
    /// </summary>
    private async Task<HashSet<uint>> MovedAsync(CancellationToken cancellationToken)
    {
        if (files is null)
            return [];

        var now = await FilesAsync(connection, cancellationToken);
        return [.. files.Where(file => now.GetValueOrDefault(file.Key) != file.Value).Select(file => file.Key)];
    }

    public static async Task<Dictionary<uint, uint>> FilesAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        new(await connection.QueryAsync(
            "SELECT oid, coalesce(pg_relation_filenode(oid), 0) FROM pg_class WHERE relkind IN ('r', 'm')",
            row => KeyValuePair.Create(row.GetFieldValue<uint>(0), row.GetFieldValue<uint>(1)),
            cancellationToken));

    private static string Query(SourceTable table, int index) => table.IsLargeObjects
        ? $"""
            SELECT {index}, count(*),
                coalesce(sum(hashtextextended(oid::text || ':' || encode(sha256(lo_get(oid)), 'hex'), 0)), 0)::text
            FROM pg_largeobject_metadata
            """
        : $"""
            SELECT {index}, count(*), coalesce(sum(hashtextextended({table.RowText}, 0)), 0)::text
            FROM ONLY {table.SqlName} t
            """;

    /// <summary>Not the end of the session, nor of the statement by somebody's wish.</summary>
    private static bool IsOfTable(PostgresException exception) =>
        !exception.SqlState.StartsWith("57", StringComparison.Ordinal)
        && !exception.SqlState.StartsWith("08", StringComparison.Ordinal);
}
