using Npgsql;

namespace RecoveryOS.Core.Database;

/// <summary>
/// Whether the database's schema is one that this build can work on. It must have every migration of this build; newer
/// ones are fine while they declare themselves compatible, because both colours of a deployment share one database.
/// </summary>
public sealed class Schema(NpgsqlDataSource dataSource)
{
    private static readonly int Required = Migration.All[^1].Version;

    /// <summary>One round trip.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    /// <exception cref="TimeoutException">The database does not answer.</exception>
    public async Task<SchemaState> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var rows = await dataSource
                .CreateCommand(
                    "SELECT coalesce(max(version), 0), coalesce(max(compatible_from), 0) FROM schema_migrations")
                .ToListAsync(row => (Version: row.GetInt32(0), CompatibleFrom: row.GetInt32(1)), cancellationToken);
            return Judge(rows[0].Version, rows[0].CompatibleFrom, Required);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return SchemaState.TooOld;
        }
    }

    internal static SchemaState Judge(int version, int compatibleFrom, int required) =>
        version < required ? SchemaState.TooOld
        : compatibleFrom > required ? SchemaState.TooNew
        : SchemaState.Supported;
}

/// <summary>What <see cref="Schema"/> found.</summary>
public enum SchemaState
{
    /// <summary>Migrations of this build are missing.</summary>
    TooOld,

    /// <summary>Every query of this build works.</summary>
    Supported,

    /// <summary>A newer migration took away something that this build uses.</summary>
    TooNew,
}
