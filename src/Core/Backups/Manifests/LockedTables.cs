using System.Data;
using Npgsql;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Manifests;

/// <summary>
/// A database's tables in a transaction that holds writers off for a moment: while it does, a snapshot shows exactly
/// what the WAL holds up to here. The rows are read in that snapshot later, when writers are at work again.
/// </summary>
internal sealed class LockedTables : IAsyncDisposable
{
    /// <summary>
    /// What is being refreshed cannot be held off: nobody knows on which side of the restore point its new rows come.
    /// </summary>
    private const string RefreshedNow = """
        SELECT relation FROM pg_locks
        WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND mode IN ('ExclusiveLock', 'AccessExclusiveLock') AND relation IS NOT NULL
        """;

    /// <summary>Vacuuming a table and analysing it keep everybody from its lock, and may take long.</summary>
    private const string VacuumedNow = """
        SELECT l.relation FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted AND a.backend_type = 'autovacuum worker'
        """;

    private readonly NpgsqlConnection connection;
    private Dictionary<uint, uint> files = [];
    private IReadOnlyList<SequenceContent> sequences = [];

    private LockedTables(NpgsqlConnection connection, IReadOnlyList<SourceTable> tables) =>
        (this.connection, Tables) = (connection, tables);

    public string Database => connection.Database;

    public IReadOnlyList<SourceTable> Tables { get; }

    public static async Task<LockedTables> OpenAsync(
        TargetServer server, string database, CancellationToken cancellationToken)
    {
        var connection = await server.OpenAsync(database, cancellationToken);
        try
        {
            await connection.RunAsync(DataReader.OutputSettings, cancellationToken);
            return new(connection, await SourceTable.ListAsync(connection, cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Reads the sequences, while nothing is held. At the restore point they stand where they are now or further on, as
    /// after a restore; read later, they would be ahead of it.
    /// </summary>
    public async Task ReadSequencesAsync(CancellationToken cancellationToken) =>
        sequences = await DataReader.SequencesAsync(connection, cancellationToken);

    /// <summary>Whether the server itself is at work on one of these tables; asked while nothing is held.</summary>
    public async Task<bool> IsVacuumedAsync(IReadOnlyList<SourceTable> tables, CancellationToken cancellationToken)
    {
        var vacuumed = await connection.QueryAsync(VacuumedNow, row => row.GetFieldValue<uint>(0), cancellationToken);
        return tables.Any(table => vacuumed.Contains(table.Oid));
    }

    /// <summary>
    /// Holds writers of these tables off, in this order, until <see cref="ReleaseAsync"/> or
    /// <see cref="RollBackAsync"/>.
    /// </summary>
    /// <param name="tables">Of <see cref="Tables"/>.</param>
    /// <param name="wait">How long to wait for a table's writers to end, in milliseconds.</param>
    /// <param name="holdAtMost">
    /// After so many milliseconds without a word from us, the server lets go by itself.
    /// </param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null, or the table that could not be had, and why; then nothing is held.</returns>
    public async Task<Refusal?> HoldAsync(
        IReadOnlyList<SourceTable> tables, int wait, int holdAtMost, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
        batch.BatchCommands.Add(new($"SET LOCAL lock_timeout = {wait}"));
        batch.BatchCommands.Add(new($"SET LOCAL idle_in_transaction_session_timeout = {holdAtMost}"));
        // What is locked after a savepoint is let go with it, while the transaction keeps the snapshot that it took
        // since.
        batch.BatchCommands.Add(new("SAVEPOINT held"));
        Dictionary<NpgsqlBatchCommand, SourceTable> locks = [];
        foreach (var table in tables.Where(table => table.IsLockable))
        {
            var command = new NpgsqlBatchCommand($"LOCK TABLE {Locked(table)} IN SHARE MODE");
            locks[command] = table;
            batch.BatchCommands.Add(command);
        }

        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
            return null;
        }
        catch (PostgresException exception) when (exception.BatchCommand is NpgsqlBatchCommand failed
            && locks.TryGetValue(failed, out var table))
        {
            return new Refusal(
                table, exception.MessageText, exception.SqlState is PostgresErrorCodes.LockNotAvailable);
        }
    }

    /// <summary>Takes the snapshot. Writers still wait.</summary>
    public async Task LookAsync(CancellationToken cancellationToken) =>
        files = await TableRows.FilesAsync(connection, cancellationToken);

    /// <summary>Lets writers go on, and keeps the snapshot.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        foreach (var refreshed in await connection.QueryAsync(
            RefreshedNow, row => row.GetFieldValue<uint>(0), cancellationToken))
        {
            files[refreshed] = TableRows.NoFile;
        }

        await connection.RunAsync(
            """
            ROLLBACK TO SAVEPOINT held; RELEASE SAVEPOINT held;
            SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0
            """,
            cancellationToken);
    }

    /// <summary>Lets go of everything; a session that is gone has.</summary>
    public Task RollBackAsync() => connection.State is ConnectionState.Open
        ? connection.RunAsync("ROLLBACK", CancellationToken.None)
        : Task.CompletedTask;

    /// <summary>Reads those tables' rows in the snapshot.</summary>
    public async Task<DatabaseContent> ReadAsync(
        IReadOnlySet<SourceTable> tables, CancellationToken cancellationToken)
    {
        var chosen = tables.Select(table => table.Content).ToHashSet();
        var content = await DataReader.ReadAsync(
            connection, new TableRows(connection, files), Tables, sequences, chosen.Contains, cancellationToken);
        await connection.RunAsync("COMMIT", cancellationToken);
        return content;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static string Locked(SourceTable table) =>
        table.IsLargeObjects
            ? "pg_catalog.pg_largeobject_metadata, pg_catalog.pg_largeobject"
            : $"ONLY {table.SqlName}";

    /// <param name="MayPass">Whether it is worth trying again.</param>
    internal sealed record Refusal(SourceTable Table, string Reason, bool MayPass);
}
