using System.Data.Common;
using Npgsql;

namespace RecoveryOS.Core.Backups.Servers;

/// <summary>
/// Statements on a connection of one's own to a server that is backed up: they take as long as they take, unlike those
/// of the service's database.
/// </summary>
internal static class ServerQueries
{
    public static async Task<List<T>> QueryAsync<T>(
        this NpgsqlConnection connection, string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.QueryAsync(read, cancellationToken);
    }

    public static async Task<List<T>> QueryAsync<T>(
        this NpgsqlCommand command, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }

    public static async Task RunAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<DateTimeOffset> NowAsync(
        this NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync("SELECT clock_timestamp()", Time, cancellationToken))[0];

    /// <summary>Databases that can be connected to, templates aside, by name.</summary>
    public static Task<List<SourceDatabase>> DatabasesAsync(
        this NpgsqlConnection connection, CancellationToken cancellationToken) => connection.QueryAsync(
        // A limit of -2 marks one whose removal was cut short (since 15.4).
        """
        SELECT datname, pg_database_size(oid) FROM pg_database
        WHERE datallowconn AND NOT datistemplate AND datconnlimit <> -2
        ORDER BY datname COLLATE "C"
        """,
        row => new SourceDatabase(row.GetString(0), row.GetInt64(1)),
        cancellationToken);

    public static DateTimeOffset Time(DbDataReader row) => row.GetFieldValue<DateTimeOffset>(0);
}

/// <param name="Bytes">On the server's disk.</param>
internal sealed record SourceDatabase(string Name, long Bytes);
