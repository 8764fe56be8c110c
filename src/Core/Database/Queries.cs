using System.Data.Common;
using Npgsql;

namespace RecoveryOS.Core.Database;

/// <summary>
/// Runs commands of the data source, and disposes of them. A server that stopped answering costs a caller 2.5 s and no
/// more: Npgsql's own timeout is followed by its attempts to cancel, which such a server does not answer either, so the
/// caller goes on and leaves the connection to end by itself.
/// </summary>
internal static class Queries
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2.5);

    /// <summary>All rows.</summary>
    /// <exception cref="TimeoutException">
    /// The server did not answer; whether the command was done is unknown.
    /// </exception>
    public static Task<List<T>> ToListAsync<T>(
        this NpgsqlCommand command, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        return WithPatienceAsync(ReadAsync(), cancellationToken);

        async Task<List<T>> ReadAsync()
        {
            await using (command)
            {
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                List<T> rows = [];
                while (await reader.ReadAsync(cancellationToken))
                {
                    rows.Add(read(reader));
                }

                return rows;
            }
        }
    }

    /// <summary>The first row, or null when there is none.</summary>
    /// <exception cref="TimeoutException">
    /// The server did not answer; whether the command was done is unknown.
    /// </exception>
    public static Task<T?> FirstAsync<T>(
        this NpgsqlCommand command, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        return WithPatienceAsync(ReadAsync(), cancellationToken);

        async Task<T?> ReadAsync()
        {
            await using (command)
            {
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                return await reader.ReadAsync(cancellationToken) ? read(reader) : null;
            }
        }
    }

    /// <summary>Runs a command for the number of rows that it wrote.</summary>
    /// <exception cref="TimeoutException">
    /// The server did not answer; whether the command was done is unknown.
    /// </exception>
    public static Task<int> ExecuteAsync(this NpgsqlCommand command, CancellationToken cancellationToken)
    {
        return WithPatienceAsync(RunAsync(), cancellationToken);

        async Task<int> RunAsync()
        {
            await using (command)
            {
                return await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    /// <summary>Runs a batch, in one round trip and one transaction, for the rows of its last command.</summary>
    /// <exception cref="TimeoutException">The server did not answer; whether the batch was done is unknown.</exception>
    public static Task<int> ExecuteAsync(this NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        return WithPatienceAsync(RunAsync(), cancellationToken);

        async Task<int> RunAsync()
        {
            await using (batch)
            {
                return await batch.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    /// <summary>Waits 2.5 s for work that owns all that it uses, and leaves it to end by itself after that.</summary>
    /// <exception cref="TimeoutException">The work was not done by then.</exception>
    public static Task<T> WithPatienceAsync<T>(Task<T> work, CancellationToken cancellationToken) =>
        work.IsCompletedSuccessfully ? work : work.WaitAsync(Patience, cancellationToken);
}
