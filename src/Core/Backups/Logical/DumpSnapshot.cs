using Npgsql;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Logical;

/// <summary>
/// A transaction whose snapshot <c>pg_dump</c> shares, with its tables locked against removal and truncation only: what
/// is counted here is what is dumped there.
/// </summary>
internal sealed class DumpSnapshot : IAsyncDisposable
{
    private const int Attempts = 10;
    private const int LocksTogether = 500;

    private readonly NpgsqlConnection connection;
    private readonly IReadOnlyList<SourceTable> tables;
    private readonly IReadOnlyList<SequenceContent> sequences;

    private DumpSnapshot(
        NpgsqlConnection connection,
        IReadOnlyList<SourceTable> tables,
        IReadOnlyList<SequenceContent> sequences,
        (string Id, DateTimeOffset At, Lsn Lsn) taken)
    {
        this.connection = connection;
        this.tables = tables;
        this.sequences = sequences;
        (Id, At, Lsn) = taken;
    }

    /// <summary>What <c>pg_dump --snapshot</c> takes, while this object lives.</summary>
    public string Id { get; }

    public DateTimeOffset At { get; }

    public Lsn Lsn { get; }

    public static async Task<DumpSnapshot> TakeAsync(
        TargetServer server, string database, CancellationToken cancellationToken)
    {
        var connection = await server.OpenAsync(database, cancellationToken);
        try
        {
            await connection.RunAsync(DataReader.OutputSettings, cancellationToken);
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await TryTakeAsync(connection, cancellationToken);
                }
                catch (PostgresException exception)
                    when (exception.SqlState is PostgresErrorCodes.UndefinedTable && attempt < Attempts)
                {
                    // A table was dropped between the list and its lock.
                    await connection.RunAsync("ROLLBACK", cancellationToken);
                }
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>All that a dump holds, counted and hashed. An extension's own tables come with the extension.</summary>
    public async Task<DataManifest> ReadAsync(CancellationToken cancellationToken)
    {
        var content = await DataReader.ReadAsync(
            connection, new TableRows(connection), tables, sequences, table => table.Kind is not "extension",
            cancellationToken);
        return new DataManifest { At = At, Lsn = Lsn, Databases = [Dated(content)] };
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <summary>
    /// The locks come first, since a truncation between snapshot and lock would empty the table for both.
    /// </summary>
    private static async Task<DumpSnapshot> TryTakeAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var known = await SourceTable.ListAsync(connection, cancellationToken);
        await connection.RunAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", cancellationToken);
        foreach (var some in known.Where(table => table.IsLockable && !table.IsLargeObjects).Chunk(LocksTogether))
        {
            await connection.RunAsync(
                $"LOCK TABLE {string.Join(", ", some.Select(table => $"ONLY {table.SqlName}"))} IN ACCESS SHARE MODE",
                cancellationToken);
        }

        // Before pg_dump reads them, so that the dump has them where they are here or further on.
        var sequences = await DataReader.SequencesAsync(connection, cancellationToken);
        var taken = await connection.QueryAsync(
            """
            SELECT pg_export_snapshot(), clock_timestamp(),
                (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END)::text
            """,
            row => (row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), Lsn.Parse(row.GetString(2))),
            cancellationToken);
        return new(connection, await SourceTable.ListAsync(connection, cancellationToken), sequences, taken[0]);
    }

    private DatabaseContent Dated(DatabaseContent content) => content with
    {
        Tables = [.. content.Tables.Select(table => table with { HashedAt = table.Hash is null ? null : At })],
    };
}
