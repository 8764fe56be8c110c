using Npgsql;

namespace RecoveryOS.Core.Database;

/// <summary>
/// A turn that one process at a time has, over all replicas: an advisory lock of PostgreSQL, held by a session. The
/// server lets go of it when the session ends, however the process does.
/// </summary>
public sealed class AdvisoryLock : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly string name;

    private AdvisoryLock(NpgsqlConnection connection, string name) => (this.connection, this.name) = (connection, name);

    /// <summary>Null while somebody else has the turn.</summary>
    public static async Task<AdvisoryLock?> TryTakeAsync(
        NpgsqlDataSource dataSource, string name, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand(
                "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", connection)
                .With(name);
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
            {
                return new(connection, name);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await using var command = new NpgsqlCommand(
                "SELECT pg_advisory_unlock(hashtextextended($1, 0))", connection)
                .With(name);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The session is gone, and the lock with it.
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }
}
