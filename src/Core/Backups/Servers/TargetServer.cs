using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Servers;

/// <summary>A server that is backed up: its name in the catalogue, and how it is reached.</summary>
public sealed class TargetServer(BackupTarget target)
{
    public string Name => target.Name;

    public BackupTarget Target => target;

    /// <summary>
    /// For PostgreSQL's client programs and for <see cref="OpenAsync"/>; a copy that the caller may change.
    /// </summary>
    public NpgsqlConnectionStringBuilder Address
    {
        get
        {
            var address = DatabaseUrl.Parse(target.Url);
            address.ApplicationName ??= "recoveryos-backups";
            address.IncludeErrorDetail = false;
            return address;
        }
    }

    /// <summary>
    /// A connection of its own, outside any pool: what is set on it ends with it. No time limit on statements.
    /// </summary>
    /// <param name="database">Null: the one that the target's URL names.</param>
    /// <exception cref="NpgsqlException">The server cannot be reached.</exception>
    public async Task<NpgsqlConnection> OpenAsync(string? database, CancellationToken cancellationToken)
    {
        var address = Address;
        address.Database = database ?? address.Database;
        address.Pooling = false;
        address.Timeout = 10;
        address.CommandTimeout = 0;
        address.IncludeFailedBatchedCommand = true;
        var connection = new NpgsqlConnection(address.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The programs of the server's own major version.</summary>
    /// <exception cref="BackupException"><c>wrong_major_version</c>: they are not installed here.</exception>
    public static async Task<PostgresBinaries> BinariesAsync(int majorVersion, CancellationToken cancellationToken)
    {
        try
        {
            return await PostgresBinaries.FindAsync(majorVersion, cancellationToken);
        }
        catch (PostgresServerException exception)
        {
            throw new BackupException("wrong_major_version", exception.Message, exception);
        }
    }
}
