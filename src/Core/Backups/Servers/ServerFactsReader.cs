using Npgsql;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Backups.Servers;

/// <summary>Reads what a restore has to match, from a target or from a server that was restored.</summary>
public static class ServerFactsReader
{
    private const string Server = """
        SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version'),
            (SELECT system_identifier::text FROM pg_control_system()),
            pg_size_bytes(current_setting('wal_segment_size'))::int, current_setting('data_checksums')::bool
        """;

    /// <summary>The column that holds ICU's locale has another name since 17, hence the detour.</summary>
    private const string Collations = """
        SELECT d.datname,
            coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', d.datcollate),
            CASE d.datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
            d.datcollversion
        FROM pg_database d WHERE d.datallowconn ORDER BY d.datname COLLATE "C"
        """;

    private const string Settings = """
        SELECT name, setting FROM pg_settings
        WHERE name IN (
            'max_connections', 'max_worker_processes', 'max_wal_senders', 'max_prepared_transactions',
            'max_locks_per_transaction', 'wal_level', 'shared_preload_libraries', 'session_preload_libraries',
            'local_preload_libraries', 'server_encoding', 'block_size')
        ORDER BY name
        """;

    private const string Extensions = """SELECT extname, extversion FROM pg_extension ORDER BY extname COLLATE "C" """;

    /// <exception cref="NpgsqlException">The server cannot be reached, or refuses.</exception>
    public static Task<ServerFacts> ReadAsync(TargetServer server, CancellationToken cancellationToken) =>
        ReadAsync(server.OpenAsync, cancellationToken);

    /// <param name="open">Opens a connection to a database; null: to the one that is always there.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<ServerFacts> ReadAsync(
        Func<string?, CancellationToken, Task<NpgsqlConnection>> open, CancellationToken cancellationToken)
    {
        await using var connection = await open(null, cancellationToken);
        List<InstalledExtension> extensions = [];
        foreach (var database in await connection.DatabasesAsync(cancellationToken))
        {
            await using var inside = await open(database.Name, cancellationToken);
            extensions.AddRange(await inside.QueryAsync(
                Extensions,
                row => new InstalledExtension(database.Name, row.GetString(0), row.GetString(1)),
                cancellationToken));
        }

        var collations = await connection.QueryAsync(
            Collations,
            row => new DatabaseCollation(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetNullable<string>(3)),
            cancellationToken);
        var settings = await connection.QueryAsync(
            Settings, row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), cancellationToken);
        return (await connection.QueryAsync(
            Server,
            row => new ServerFacts
            {
                MajorVersion = row.GetInt32(0),
                Version = row.GetString(1),
                SystemIdentifier = row.GetString(2),
                WalSegmentSize = row.GetInt32(3),
                HasDataChecksums = row.GetBoolean(4),
                Collations = collations,
                Extensions = extensions,
                Settings = new Dictionary<string, string>(settings),
            },
            cancellationToken))[0];
    }
}
