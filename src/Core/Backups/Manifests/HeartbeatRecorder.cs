using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Backups.Manifests;

/// <summary>
/// Commits a heartbeat in a server and writes it to the ledger outside. While the store is away, heartbeats wait in the
/// server; the ledger ends complete and in order. Several recorders may be at it at once.
/// </summary>
public sealed partial class HeartbeatRecorder(HeartbeatLedger ledger, ILogger<HeartbeatRecorder> logger)
{
    /// <summary>How long they stay in the database; the ledger keeps them.</summary>
    private const int KeptDays = 14;

    private const int BatchSize = 1000;

    /// <summary>
    /// The schema has a name that no role has: it would come first on the search path of a role of its name, and that
    /// role's own tables would be made in it from then on.
    /// </summary>
    private const string Tables = """
        CREATE SCHEMA IF NOT EXISTS recoveryos_marks;
        CREATE TABLE IF NOT EXISTS recoveryos_marks.heartbeats (
            id bigint PRIMARY KEY,
            at timestamptz NOT NULL
        );
        CREATE TABLE IF NOT EXISTS recoveryos_marks.unwritten_heartbeats (
            id bigint PRIMARY KEY,
            at timestamptz NOT NULL,
            lsn pg_lsn
        );
        """;

    /// <summary>Committed means on the server's disk at least, whatever its default is.</summary>
    private const string Turn = """
        SELECT set_config('synchronous_commit', 'local', true) WHERE current_setting('synchronous_commit') = 'off';
        SELECT pg_advisory_xact_lock(hashtextextended('recoveryos_marks.heartbeats', 0));
        """;

    /// <summary>Commits the next heartbeat; then writes all that are not in the ledger yet.</summary>
    /// <exception cref="BackupStoreException">
    /// It is committed, and the store did not take it: it waits in the server.
    /// </exception>
    /// <exception cref="NpgsqlException">The server cannot be reached, or does not take it.</exception>
    public async Task<Heartbeat> RecordAsync(TargetServer server, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync(null, cancellationToken);
        await EnsureAsync(connection, cancellationToken);
        var heartbeat = await CommitAsync(connection, cancellationToken);
        await WriteAsync(connection, server.Name, cancellationToken);
        await PruneAsync(connection, cancellationToken);

        return heartbeat;
    }

    /// <summary>Two that make the tables at once would run into each other, so one waits.</summary>
    private static async Task EnsureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand(
            "SELECT to_regclass('recoveryos_marks.unwritten_heartbeats') IS NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is true)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(
                connection, "SELECT pg_advisory_xact_lock(hashtextextended('recoveryos_marks.canaries', 0))",
                cancellationToken);
            await ExecuteAsync(connection, Tables, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await Canaries.EnsureAsync(connection, cancellationToken);
    }

    /// <summary>
    /// The lock is taken by a statement before the insert's: that one sees what the holder before committed, and ids
    /// have no holes.
    /// </summary>
    private static async Task<Heartbeat> CommitAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, Turn, cancellationToken);
        var (id, at) = await InsertAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        await using var position = new NpgsqlCommand(
            """
            UPDATE recoveryos_marks.unwritten_heartbeats
            SET lsn = pg_current_wal_insert_lsn() WHERE id = $1 AND lsn IS NULL
            RETURNING lsn::text
            """,
            connection);
        // Another recorder may have written it already, with a position of its own.
        var lsn = await position.With(id).ExecuteScalarAsync(cancellationToken) as string;
        return new Heartbeat(id, at, lsn is null ? default : Lsn.Parse(lsn));
    }

    private static async Task<(long Id, DateTimeOffset At)> InsertAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand(
            """
            WITH beat AS (
                INSERT INTO recoveryos_marks.heartbeats (id, at)
                SELECT coalesce(max(id), 0) + 1, clock_timestamp() FROM recoveryos_marks.heartbeats
                RETURNING id, at)
            INSERT INTO recoveryos_marks.unwritten_heartbeats (id, at) SELECT id, at FROM beat RETURNING id, at
            """,
            connection);
        await using var row = await insert.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (row.GetInt64(0), new DateTimeOffset(row.GetDateTime(1)));
    }

    /// <summary>
    /// One writer at a time, by a lock of the session. One that loses it midway may write lines that another writes
    /// too: readers take each id once.
    /// </summary>
    private async Task WriteAsync(NpgsqlConnection connection, string server, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            connection, "SELECT pg_advisory_lock(hashtextextended('recoveryos.ledger', 0))", cancellationToken);
        try
        {
            while (await UnwrittenAsync(connection, cancellationToken) is { Count: > 0 } waiting)
            {
                await ledger.AppendAsync(server, waiting, cancellationToken);
                await using var written = new NpgsqlCommand(
                    "DELETE FROM recoveryos_marks.unwritten_heartbeats WHERE id <= $1", connection);
                await written.With(waiting[^1].Id).ExecuteNonQueryAsync(cancellationToken);
                if (waiting.Count > 1)
                    CaughtUp(logger, server, waiting.Count);
            }
        }
        finally
        {
            if (connection.FullState.HasFlag(System.Data.ConnectionState.Open))
            {
                await ExecuteAsync(
                    connection, "SELECT pg_advisory_unlock(hashtextextended('recoveryos.ledger', 0))",
                    CancellationToken.None);
            }
        }
    }

    /// <summary>
    /// The oldest that wait. One without a position gets one: its recorder has not come to it, or was killed.
    /// </summary>
    private static async Task<IReadOnlyList<Heartbeat>> UnwrittenAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            connection,
            "UPDATE recoveryos_marks.unwritten_heartbeats SET lsn = pg_current_wal_insert_lsn() WHERE lsn IS NULL",
            cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT id, at, lsn::text FROM recoveryos_marks.unwritten_heartbeats
            WHERE lsn IS NOT NULL ORDER BY id LIMIT $1
            """,
            connection);
        await using var rows = await command.With(BatchSize).ExecuteReaderAsync(cancellationToken);
        List<Heartbeat> waiting = [];
        while (await rows.ReadAsync(cancellationToken))
            waiting.Add(
                new Heartbeat(rows.GetInt64(0), new DateTimeOffset(rows.GetDateTime(1)), Lsn.Parse(rows.GetString(2))));

        return waiting;
    }

    private static async Task PruneAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            DELETE FROM recoveryos_marks.heartbeats
            WHERE at < now() - make_interval(days => $1) AND id < (SELECT max(id) FROM recoveryos_marks.heartbeats)
                AND id < coalesce((SELECT min(id) FROM recoveryos_marks.unwritten_heartbeats), 9223372036854775807)
            """,
            connection);
        await command.With(KeptDays).ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(EventName = "heartbeats_caught_up", Level = LogLevel.Information, Message = "{server} {count}")]
    private static partial void CaughtUp(ILogger logger, string server, int count);
}
