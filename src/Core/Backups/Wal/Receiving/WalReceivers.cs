using Npgsql;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>What is known of each server's receiver, in the service's database, and what that asks for.</summary>
public sealed class WalReceivers(NpgsqlDataSource dataSource, BackupCatalogue catalogue)
{
    /// <summary>Writes down what a receiver says of itself.</summary>
    public Task ReportAsync(
        string server, ReceiverReport report, Lsn? shipped, DateTimeOffset? shippedAt,
        CancellationToken cancellationToken) => dataSource.CreateCommand("""
            INSERT INTO wal_receivers AS row
                (server, state, failure, detail, written_lsn, received_lsn, shipped_lsn, shipped_at)
            VALUES ($1, $2, $3, $4, $5::pg_lsn, $6::pg_lsn, $7::pg_lsn, $8)
            ON CONFLICT (server) DO UPDATE SET
                state = EXCLUDED.state,
                state_at = CASE WHEN row.state = EXCLUDED.state THEN row.state_at ELSE now() END,
                failure = EXCLUDED.failure,
                detail = EXCLUDED.detail,
                seen_at = now(),
                written_lsn = coalesce(EXCLUDED.written_lsn, row.written_lsn),
                received_lsn = coalesce(EXCLUDED.received_lsn, row.received_lsn),
                shipped_lsn = coalesce(EXCLUDED.shipped_lsn, row.shipped_lsn),
                shipped_at = coalesce(EXCLUDED.shipped_at, row.shipped_at)
            """)
            .With(server).With(Word(report.State)).With(report.Failure).With(report.Detail)
            .With(report.Written?.ToString()).With(report.Received?.ToString()).With(shipped?.ToString())
            .With(shippedAt?.UtcDateTime)
            .ExecuteAsync(cancellationToken);

    /// <summary>
    /// Says of a receiver what others found: it does not say anything itself any more, or not the truth.
    /// </summary>
    /// <param name="silence">Only when it has not said anything for so long.</param>
    /// <returns>Whether the row changed.</returns>
    public async Task<bool> MarkAsync(
        string server, ReceiverReport report, TimeSpan silence, CancellationToken cancellationToken) =>
        await dataSource.CreateCommand("""
            INSERT INTO wal_receivers AS row (server, state, failure, detail, written_lsn)
            VALUES ($1, $2, $3, $4, $5::pg_lsn)
            ON CONFLICT (server) DO UPDATE SET
                state = EXCLUDED.state,
                state_at = CASE WHEN row.state = EXCLUDED.state THEN row.state_at ELSE now() END,
                failure = EXCLUDED.failure,
                detail = EXCLUDED.detail,
                written_lsn = coalesce(EXCLUDED.written_lsn, row.written_lsn)
            WHERE row.seen_at <= now() - $6::interval
            """)
            .With(server).With(Word(report.State)).With(report.Failure).With(report.Detail)
            .With(report.Written?.ToString()).With(silence)
            .ExecuteAsync(cancellationToken) > 0;

    /// <summary>Writes down how far the store has it, when another than the receiver found out.</summary>
    public Task MarkShippedAsync(string server, Lsn shipped, CancellationToken cancellationToken) =>
        dataSource.CreateCommand("""
            UPDATE wal_receivers SET shipped_lsn = $2::pg_lsn, shipped_at = now()
            WHERE server = $1 AND (shipped_lsn IS NULL OR shipped_lsn < $2::pg_lsn)
            """)
            .With(server).With(shipped.ToString())
            .ExecuteAsync(cancellationToken);

    public Task<List<WalReceiverRow>> ListAsync(CancellationToken cancellationToken) => dataSource
        .CreateCommand("""
            SELECT server, state, failure, detail, state_at, seen_at, clock_timestamp() - seen_at,
                written_lsn::text, received_lsn::text, shipped_lsn::text, shipped_at
            FROM wal_receivers ORDER BY server
            """)
        .ToListAsync(
            row => new WalReceiverRow
            {
                Server = row.GetString(0),
                State = State(row.GetString(1)),
                Failure = row.GetNullable<string>(2),
                Detail = row.GetNullable<string>(3),
                StateAt = row.GetDateTime(4),
                SeenAt = row.GetDateTime(5),
                Silence = row.GetFieldValue<TimeSpan>(6),
                Written = Position(row.GetNullable<string>(7)),
                Received = Position(row.GetNullable<string>(8)),
                Shipped = Position(row.GetNullable<string>(9)),
                ShippedAt = row.IsDBNull(10) ? null : row.GetDateTime(10),
            },
            cancellationToken);

    /// <summary>
    /// Whether the newest chain of WAL has no base backup yet: nothing can be restored from it until one is taken.
    /// True also while there is no backup at all.
    /// </summary>
    /// <exception cref="CatalogueException">The catalogue is broken.</exception>
    public async Task<bool> NeedsBaseAsync(string server, CancellationToken cancellationToken) =>
        NeedsBase(await catalogue.ReadAsync(server, cancellationToken));

    /// <summary>Of a catalogue that was read already.</summary>
    public static bool NeedsBase(IReadOnlyList<CatalogueEntry> entries)
    {
        var chain = entries.LastOrDefault(entry => entry.WalChain is not null)?.WalChain;

        return !BackupCatalogue.KeptOf(entries).Any(entry =>
            entry.Physical is { } backup && (chain is null || backup.StartLsn >= chain.Lsn));
    }

    /// <summary>As it is in the database.</summary>
    public static string Word(ReceiverState state) => state switch
    {
        ReceiverState.Receiving => "receiving",
        ReceiverState.Stalled => "stalled",
        ReceiverState.Down => "down",
        _ => "slot_lost",
    };

    private static ReceiverState State(string word) =>
        Enum.GetValues<ReceiverState>().First(state => Word(state) == word);

    private static Lsn? Position(string? text) => text is null ? null : Lsn.Parse(text);
}

/// <summary>A receiver's row.</summary>
public sealed record WalReceiverRow
{
    public required string Server { get; init; }

    public required ReceiverState State { get; init; }

    public string? Failure { get; init; }

    public string? Detail { get; init; }

    public required DateTimeOffset StateAt { get; init; }

    /// <summary>When the receiver itself said something last.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>How long that is ago, by the database's clock.</summary>
    public required TimeSpan Silence { get; init; }

    public Lsn? Written { get; init; }

    public Lsn? Received { get; init; }

    public Lsn? Shipped { get; init; }

    public DateTimeOffset? ShippedAt { get; init; }
}
