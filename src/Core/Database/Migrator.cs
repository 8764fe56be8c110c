using Npgsql;

namespace RecoveryOS.Core.Database;

/// <summary>
/// Brings a database to this build's schema. Any number may run at once: they queue on an advisory lock, and each
/// script is applied once, in a transaction of its own together with its entry in <c>schema_migrations</c>.
/// </summary>
public sealed class Migrator(NpgsqlDataSource dataSource, IReadOnlyList<Migration> migrations)
{
    private const long Lock = 0x7265636f76657279; // "recovery"

    /// <summary>For one transaction, what is made is made in the schema of <c>schema_migrations</c>.</summary>
    private const string BesideTheEntries = """
        SELECT set_config(
            'search_path',
            (SELECT quote_ident(nspname) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                WHERE pg_class.oid = to_regclass('schema_migrations'))
                || ', ' || current_setting('search_path'),
            true)
        """;

    public Migrator(NpgsqlDataSource dataSource)
        : this(dataSource, Migration.All)
    {
    }

    /// <summary>Applies what is missing, and answers the names of the scripts that it applied.</summary>
    /// <exception cref="ChangedMigrationException">A script that was applied earlier reads differently now.</exception>
    /// <exception cref="PostgresException">A script failed; nothing of it is left behind.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({Lock})", cancellationToken);
        try
        {
            await EnsureEntriesAsync(connection, cancellationToken);
            var applied = await AppliedAsync(connection, cancellationToken);
            List<string> names = [];
            foreach (var migration in migrations)
            {
                if (!applied.TryGetValue(migration.Version, out var sha256))
                {
                    await ApplyAsync(connection, migration, cancellationToken);
                    names.Add(migration.Name);
                }
                else if (!sha256.AsSpan().SequenceEqual(migration.Sha256))
                {
                    throw new ChangedMigrationException(migration.Name);
                }
            }

            return names;
        }
        finally
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({Lock})", CancellationToken.None);
        }
    }

    /// <summary>
    /// The ones that are found count, wherever they lie: CREATE TABLE IF NOT EXISTS looks into the first schema of the
    /// search path only, and a schema of the role's own name that was made since would be that one, and empty.
    /// </summary>
    private static Task EnsureEntriesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, """
            DO $$ BEGIN
                IF to_regclass('schema_migrations') IS NULL THEN
                    CREATE TABLE schema_migrations (
                        version integer PRIMARY KEY,
                        name text NOT NULL,
                        compatible_from integer NOT NULL,
                        sha256 bytea NOT NULL,
                        applied_at timestamptz NOT NULL DEFAULT now()
                    );
                END IF;
            END $$
            """, cancellationToken);

    private static async Task<Dictionary<int, byte[]>> AppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT version, sha256 FROM schema_migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<int, byte[]> applied = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add(reader.GetInt32(0), reader.GetFieldValue<byte[]>(1));
        }

        return applied;
    }

    private static async Task ApplyAsync(
        NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, BesideTheEntries, cancellationToken);
        await ExecuteAsync(connection, migration.Sql, cancellationToken);
        await using var entry = new NpgsqlCommand(
            "INSERT INTO schema_migrations (version, name, compatible_from, sha256) VALUES ($1, $2, $3, $4)",
            connection)
        {
            Parameters =
            {
                new() { Value = migration.Version },
                new() { Value = migration.Name },
                new() { Value = migration.CompatibleFrom },
                new() { Value = migration.Sha256 },
            },
        };
        await entry.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // No time limit: a migrator may wait for another one's long script.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
