using Npgsql;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Manifests;

/// <summary>
/// Reads what a database holds: counts and hashes of its tables, its sequences, its large objects; from a server that
/// is backed up, or from one that was restored.
/// </summary>
public static class DataReader
{
    /// <summary>
    /// What the text of a row depends on. Without a search path, names in values come with their schema.
    /// </summary>
    internal const string OutputSettings = """
        SET DateStyle = 'ISO, MDY'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET extra_float_digits = 1;
        SET bytea_output = 'hex'; SET xmloption = 'content'; SET xmlbinary = 'base64'; SET lc_monetary = 'C';
        SET search_path = pg_catalog; SET quote_all_identifiers = off; SET row_security = off;
        SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0
        """;

    /// <summary>An extension's sequences come with the extension.</summary>
    private const string Sequences = """
        SELECT s.schemaname, s.sequencename, s.last_value, CASE WHEN s.cycle THEN 0 ELSE sign(s.increment_by)::int END
        FROM pg_sequences s
            JOIN pg_namespace n ON n.nspname = s.schemaname
            JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename
        WHERE NOT EXISTS (
            SELECT FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY s.schemaname, s.sequencename
        """;

    /// <summary>
    /// Reads it in one snapshot of its own. A table that cannot be read says why in <see cref="TableContent.Unread"/>:
    /// a restore that shows that where the backup had a hash has failed.
    /// </summary>
    /// <param name="connection">Outside a transaction; its settings are changed.</param>
    /// <param name="hashes">Which tables are counted and hashed. It is not asked about foreign ones.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<DatabaseContent> ReadAsync(
        NpgsqlConnection connection, Func<TableContent, bool> hashes, CancellationToken cancellationToken)
    {
        await connection.RunAsync(OutputSettings, cancellationToken);
        await connection.RunAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", cancellationToken);
        var tables = await SourceTable.ListAsync(connection, cancellationToken);
        var sequences = await SequencesAsync(connection, cancellationToken);
        var content = await ReadAsync(
            connection, new TableRows(connection), tables, sequences, hashes, cancellationToken);
        await connection.RunAsync("COMMIT", cancellationToken);
        return content;
    }

    /// <summary>What they stand at now: sequences heed no snapshot.</summary>
    internal static async Task<IReadOnlyList<SequenceContent>> SequencesAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) => await connection.QueryAsync(
            Sequences,
            row => new SequenceContent(
                row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetInt64(2), row.GetInt32(3)),
            cancellationToken);

    /// <summary>Reads it in the transaction that is open, with the output settings made.</summary>
    /// <param name="sequences">As they stood before the transaction's snapshot.</param>
    internal static async Task<DatabaseContent> ReadAsync(
        NpgsqlConnection connection,
        TableRows rows,
        IReadOnlyList<SourceTable> tables,
        IReadOnlyList<SequenceContent> sequences,
        Func<TableContent, bool> hashes,
        CancellationToken cancellationToken)
    {
        var read = await rows.ReadAsync(
            [.. tables.Where(table => table.IsReadable && hashes(table.Content))], cancellationToken);
        var largeObjects = await connection.QueryAsync(
            "SELECT count(*) FROM pg_largeobject_metadata", row => row.GetInt64(0), cancellationToken);
        return new DatabaseContent(
            connection.Database,
            [.. tables.Select(table => read.GetValueOrDefault(table, table.Content))],
            sequences,
            largeObjects[0]);
    }
}
