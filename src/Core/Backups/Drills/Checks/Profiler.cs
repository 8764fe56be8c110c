using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>
/// Samples the texts of a restored server, to tell when they turn into something that nobody can read.
/// </summary>
internal static class Profiler
{
    private const int Rows = 5000;
    private const int Pages = 2000;
    private const int PageBytes = 8192;
    private const int ColumnsOfTable = 12;
    private const int Characters = 200;

    private const string TextColumns = """
        SELECT n.nspname, c.relname, array_agg(a.attname::text ORDER BY a.attnum)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND a.atttypid IN (
                'text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'json'::regtype, 'jsonb'::regtype)
        WHERE c.relkind = 'r' AND c.relpersistence = 'p'
            AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'recoveryos_marks') AND n.nspname NOT LIKE 'pg\_%'
        GROUP BY 1, 2
        ORDER BY 1, 2
        """;

    public static async Task<IReadOnlyList<ColumnProfile>> ReadAsync(
        ServerUnderTest server, IReadOnlyList<DatabaseContent> content, CancellationToken cancellationToken)
    {
        List<ColumnProfile> profiles = [];
        foreach (var database in content)
        {
            await using var connection = await server.OpenAsync(database.Database, cancellationToken);
            var known = database.Tables.ToDictionary(table => (table.Schema, table.Name));
            var tables = await connection.QueryAsync(
                TextColumns,
                row => (row.GetString(0), row.GetString(1), row.GetFieldValue<string[]>(2)),
                cancellationToken);
            foreach (var (schema, table, columns) in tables)
            {
                if (known.GetValueOrDefault((schema, table)) is { Rows: > 0 and var rows } counted)
                {
                    var sample = Sample(rows, counted.Bytes);
                    profiles.AddRange(await ReadAsync(
                        connection, database.Database, schema, table, columns, sample, cancellationToken));
                }
            }
        }

        return profiles;
    }

    /// <summary>
    /// A few rows of many pages: rows that were changed together lie together, and all rows of few pages would miss
    /// them.
    /// </summary>
    private static string Sample(long rows, long bytes)
    {
        var pages = Math.Min(1, Pages / Math.Max(1, (double)bytes / PageBytes));
        var ofPages = Math.Min(1, Rows / (rows * pages));
        return string.Create(
            CultureInfo.InvariantCulture, $"TABLESAMPLE SYSTEM ({100 * pages:F4}) WHERE random() < {ofPages:F6}");
    }

    private static async Task<IEnumerable<ColumnProfile>> ReadAsync(
        NpgsqlConnection connection,
        string database,
        string schema,
        string table,
        string[] columns,
        string sample,
        CancellationToken cancellationToken)
    {
        string[] taken = [.. columns.Take(ColumnsOfTable)];
        var list = string.Join(", ", taken.Select(column => $"left({Reading.Quote(column)}::text, {Characters})"));
        var sql = $"SELECT {list} FROM {Reading.Quote(schema)}.{Reading.Quote(table)} {sample}";
        var (sampled, opaque) = (new int[taken.Length], new int[taken.Length]);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            for (var column = 0; column < taken.Length; column++)
            {
                if (reader.IsDBNull(column))
                    continue;
                sampled[column]++;
                opaque[column] += Ciphertext.Looks(reader.GetString(column)) ? 1 : 0;
            }
        }

        return taken.Select((column, index) =>
            new ColumnProfile(database, schema, table, column, sampled[index], opaque[index]));
    }
}
