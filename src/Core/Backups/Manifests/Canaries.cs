using Npgsql;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Backups.Manifests;

/// <summary>
/// Rows that never change, each with the MD5 of its document: one that differs or is gone says that somebody rewrote
/// the database's contents. Made once; a missing one is never made again, since that would hide it.
/// </summary>
public static class Canaries
{
    /// <summary>How many there are.</summary>
    public const int Count = 100;

    private const string Table = """
        CREATE SCHEMA IF NOT EXISTS recoveryos_marks;
        CREATE TABLE recoveryos_marks.canaries (
            id int PRIMARY KEY,
            document text NOT NULL,
            md5 text NOT NULL
        );
        """;

    /// <summary>The documents are the same everywhere: what they must be is known without the database.</summary>
    private const string Expected = """
        SELECT id, document, md5(document) AS md5
        FROM generate_series(1, $1) AS id
        CROSS JOIN LATERAL (
            SELECT 'canary ' || id || ' ' || string_agg(md5(id || '-' || part), ' ' ORDER BY part) AS document
            FROM generate_series(1, 8) AS part) AS made
        """;

    /// <summary>Makes the table with all rows, unless it is there.</summary>
    /// <exception cref="NpgsqlException">The server cannot be reached, or the role may not do this.</exception>
    public static async Task EnsureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await ExistsAsync(connection, cancellationToken))
            return;

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var turn = new NpgsqlCommand(
            "SELECT pg_advisory_xact_lock(hashtextextended('recoveryos_marks.canaries', 0))", connection);
        await turn.ExecuteNonQueryAsync(cancellationToken);
        if (!await ExistsAsync(connection, cancellationToken))
        {
            await using var table = new NpgsqlCommand(Table, connection);
            await table.ExecuteNonQueryAsync(cancellationToken);
            await using var rows = new NpgsqlCommand(
                $"INSERT INTO recoveryos_marks.canaries (id, document, md5) {Expected}", connection);
            await rows.With(Count).ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// What is not as it was made, on any open connection, also of a restored server; empty: all is well.
    /// </summary>
    /// <exception cref="PostgresException">The table is not there: that cannot be judged.</exception>
    public static async Task<IReadOnlyList<CanaryMismatch>> CheckAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            WITH expected AS ({Expected})
            SELECT coalesce(expected.id, found.id),
                CASE WHEN found.id IS NULL THEN 'is gone'
                    WHEN expected.id IS NULL THEN 'was added'
                    WHEN md5(found.document) <> found.md5 THEN 'has another document than its hash says'
                    ELSE 'was replaced, with its hash' END
            FROM expected FULL JOIN recoveryos_marks.canaries AS found ON found.id = expected.id
            WHERE (found.document, found.md5) IS DISTINCT FROM (expected.document, expected.md5)
            ORDER BY 1
            """,
            connection);
        command.With(Count);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        List<CanaryMismatch> mismatches = [];
        while (await rows.ReadAsync(cancellationToken))
            mismatches.Add(new CanaryMismatch(rows.GetInt32(0), rows.GetString(1)));

        return mismatches;
    }

    /// <summary>
    /// By the catalogue's rows: a session's own cache may not know yet what another has just committed.
    /// </summary>
    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'recoveryos_marks' AND tablename = 'canaries')",
            connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}

/// <summary>A canary that is not as it was made.</summary>
/// <param name="What">In words, such as <c>is gone</c>.</param>
public sealed record CanaryMismatch(int Id, string What);
