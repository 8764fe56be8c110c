using Npgsql;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Runs;

/// <summary>
/// Says that a backup is being taken: a lock in the server that is backed up, which ends with our session however we
/// do. Objects of a backup without an entry in the catalogue and without this lock are a killed run's.
/// </summary>
internal sealed class LivingBackup : IAsyncDisposable
{
    private readonly string server;

    private LivingBackup(NpgsqlConnection connection, string server) =>
        (Connection, this.server) = (connection, server);

    public NpgsqlConnection Connection { get; }

    public static async Task<LivingBackup> StartAsync(TargetServer server, Guid id, CancellationToken cancellationToken)
    {
        var connection = await server.OpenAsync(null, cancellationToken);
        try
        {
            await connection.RunAsync(
                "SET statement_timeout = 0; SET idle_session_timeout = 0", cancellationToken);
            await TryLockAsync(connection, id, cancellationToken);
            return new(connection, server.Name);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether no run is making the backup of this id; then none of it is anybody's.</summary>
    public async Task<bool> IsDeadAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!await TryLockAsync(Connection, id, cancellationToken))
            return false;

        await using var unlock = new NpgsqlCommand("SELECT pg_advisory_unlock(hashtextextended($1, 0))", Connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = LockName(id) } },
        };
        await unlock.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    /// <summary>Asked before the entry is written: whoever lost the lock may have lost objects too.</summary>
    /// <exception cref="BackupException"><c>server_unreachable</c>: the session ended meanwhile.</exception>
    public async Task AssertAliveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Connection.RunAsync("SELECT 1", cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            throw new BackupException(
                "server_unreachable",
                $"The server {server} ended the session of the backup: look at its log.",
                exception);
        }
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private static async Task<bool> TryLockAsync(
        NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = LockName(id) } },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static string LockName(Guid id) => $"recoveryos-backup:{id}";
}
