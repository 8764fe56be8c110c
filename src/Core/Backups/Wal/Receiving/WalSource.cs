using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>What a server says of its WAL and of our slot, on one connection.</summary>
internal sealed class WalSource(NpgsqlConnection connection, string slot)
{
    private const string ObjectInUse = PostgresErrorCodes.ObjectInUse;
    private static readonly TimeSpan SlotPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    public async Task<SourceFacts> ReadFactsAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT current_setting('server_version_num')::int / 10000,
                (SELECT system_identifier::text FROM pg_control_system()),
                (SELECT setting::int FROM pg_settings WHERE name = 'wal_segment_size')
            """,
            connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new SourceFacts(row.GetInt32(0), new ClusterIdentity(row.GetString(1), row.GetInt32(2)));
    }

    /// <summary>Where the server is, and how far our receiver is by the server's account.</summary>
    public async Task<SourceProgress> ReadProgressAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT (CASE WHEN pg_is_in_recovery()
                    THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END)::text,
                slot.slot_name IS NOT NULL, slot.wal_status, slot.active_pid,
                slot.restart_lsn::text, stream.flush_lsn::text,
                slot.safe_wal_size
            FROM (SELECT 1) AS one
            LEFT JOIN pg_replication_slots AS slot ON slot.slot_name = $1
            LEFT JOIN pg_stat_replication AS stream ON stream.pid = slot.active_pid
            """,
            connection);
        command.With(slot);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new SourceProgress(
            Position(row, 0),
            row.GetBoolean(1),
            row.GetNullable<string>(2) is "lost",
            row.IsDBNull(3) ? null : row.GetInt32(3),
            Position(row, 4),
            Position(row, 5))
        {
            SlotStatus = row.GetNullable<string>(2),
            SafeBytes = row.IsDBNull(6) ? null : row.GetInt64(6),
        };
    }

    /// <summary>Makes the slot; the server keeps all WAL from its position on.</summary>
    public async Task<Lsn> CreateSlotAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT lsn::text FROM pg_create_physical_replication_slot($1, immediately_reserve => true)", connection);
        return Lsn.Parse(await command.With(slot).ExecuteScalarAsync(cancellationToken) as string ?? "");
    }

    /// <summary>Removes the slot, once nobody uses it any more.</summary>
    public async Task DropSlotAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await using var command = new NpgsqlCommand(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1",
                    connection);
                await command.With(slot).ExecuteNonQueryAsync(cancellationToken);
                return;
            }
            catch (PostgresException exception) when (
                exception.SqlState is ObjectInUse && time.GetElapsedTime(started) < SlotPatience)
            {
                await Task.Delay(PollInterval, time, cancellationToken);
            }
        }
    }

    /// <summary>The timeline that the server writes, or replays, now.</summary>
    public async Task<uint> ReadTimelineAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT CASE WHEN pg_is_in_recovery()
                THEN (SELECT timeline_id::bigint FROM pg_control_checkpoint())
                ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint END
            """,
            connection);
        return Convert.ToUInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private static Lsn? Position(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : Lsn.Parse(row.GetString(column));
}

internal sealed record SourceFacts(int MajorVersion, ClusterIdentity Identity);

/// <param name="Written">Flushed by the server.</param>
/// <param name="IsLost">The server threw away WAL that the slot was to keep.</param>
/// <param name="ActiveProcess">The server's process that uses the slot; null: none.</param>
/// <param name="Restart">From where on the slot keeps WAL.</param>
/// <param name="Received">What the one who uses the slot has flushed, by its own word.</param>
internal sealed record SourceProgress(
    Lsn? Written, bool HasSlot, bool IsLost, int? ActiveProcess, Lsn? Restart, Lsn? Received)
{
    /// <summary>
    /// <c>wal_status</c> of <c>pg_replication_slots</c>; null: there is no slot, or it keeps nothing yet.
    /// </summary>
    public string? SlotStatus { get; init; }

    /// <summary>What may still be written before the slot is in danger; null: there is no limit.</summary>
    public long? SafeBytes { get; init; }
}
