using Npgsql;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Physical;

/// <summary>A folder outside the server's data folder in which it keeps tables.</summary>
internal sealed record Tablespace(uint Oid, string Name, string Location)
{
    public static Task<List<Tablespace>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            """
            SELECT oid, spcname, pg_tablespace_location(oid) FROM pg_tablespace
            WHERE pg_tablespace_location(oid) <> '' ORDER BY oid
            """,
            row => new Tablespace(row.GetFieldValue<uint>(0), row.GetString(1), row.GetString(2)),
            cancellationToken);
}
