using System.Diagnostics;
using Npgsql;

namespace RecoveryOS.Testing.Specimens;

/// <summary>
/// A load on <see cref="Specimen"/>: transactions that write to two tables in either order, as would make a deadlock
/// with anybody who takes both tables' locks one after the other.
/// </summary>
public sealed class Writers : IAsyncDisposable
{
    private const string TogetherSql = """
        WITH moved AS (UPDATE accounts SET balance = balance + $2 WHERE id = $1)
        INSERT INTO entries (account, amount) VALUES ($1, $2)
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly CancellationTokenSource stop = new();
    private readonly double perSecond;
    private readonly Stopwatch elapsed = Stopwatch.StartNew();
    private readonly Task[] tasks;
    private long transactions;
    private long longestTicks;

    /// <param name="connectionString">Of the database with the tables.</param>
    /// <param name="count">How many write at once.</param>
    /// <param name="perSecond">How many transactions a second all of them make together at most.</param>
    public Writers(string connectionString, int count, double perSecond = double.MaxValue)
    {
        this.perSecond = perSecond;
        tasks = [.. Enumerable.Range(0, count).Select(
            writer => Task.Run(() => WriteAsync(connectionString, writer, count)))];
    }

    /// <summary>Committed so far.</summary>
    public long Transactions => Interlocked.Read(ref transactions);

    public double TransactionsPerSecond => Transactions / elapsed.Elapsed.TotalSeconds;

    /// <summary>The longest that a transaction took, from its first statement to its commit.</summary>
    public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref longestTicks));

    /// <summary>Forgets <see cref="Longest"/>.</summary>
    public void ResetLongest() => Interlocked.Exchange(ref longestTicks, 0);

    /// <summary>Waits until so many more are committed.</summary>
    public async Task WaitForAsync(long more, CancellationToken cancellationToken)
    {
        var goal = Transactions + more;
        while (Transactions < goal)
        {
            if (tasks.FirstOrDefault(task => task.IsFaulted) is { } failed)
                await failed;
            await Task.Delay(5, cancellationToken);
        }
    }

    /// <summary>Stops them.</summary>
    /// <exception cref="PostgresException">A transaction failed, as after a deadlock.</exception>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        elapsed.Stop();
        await Task.WhenAll(tasks);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task WriteAsync(string connectionString, int writer, int writers)
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false;Command Timeout=60");
        await connection.OpenAsync(CancellationToken.None);
        await using var together = Statement(connection, TogetherSql);
        await together.PrepareAsync(CancellationToken.None);
        await using var update = Statement(connection, "UPDATE accounts SET balance = balance + $2 WHERE id = $1");
        await using var insert = Statement(connection, "INSERT INTO entries (account, amount) VALUES ($1, $2)");
        for (var turn = 0; !stop.IsCancellationRequested; turn++)
        {
            // An account of its own, so that writers wait for locks of tables and not for each other's rows.
            var account = 1 + (((turn % (1000 / writers)) * writers) + writer);
            var started = Stopwatch.GetTimestamp();
            if (turn % 4 is not 0)
            {
                Fill(together.Parameters, account, turn);
                await together.ExecuteNonQueryAsync(CancellationToken.None);
            }
            else
            {
                await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
                foreach (var command in turn % 8 is 0 ? new[] { update, insert } : [insert, update])
                {
                    Fill(command.Parameters, account, turn);
                    await command.ExecuteNonQueryAsync(CancellationToken.None);
                }

                await transaction.CommitAsync(CancellationToken.None);
            }

            Note(Stopwatch.GetElapsedTime(started));
            while (TransactionsPerSecond > perSecond && !stop.IsCancellationRequested)
                await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private static NpgsqlCommand Statement(NpgsqlConnection connection, string sql) => new(sql, connection)
    {
        Parameters = { new NpgsqlParameter<int>(), new NpgsqlParameter<int>() },
    };

    private static void Fill(NpgsqlParameterCollection parameters, int account, int amount)
    {
        parameters[0].Value = account;
        parameters[1].Value = amount;
    }

    private void Note(TimeSpan took)
    {
        Interlocked.Increment(ref transactions);
        long known;
        while ((known = Interlocked.Read(ref longestTicks)) < took.Ticks
            && Interlocked.CompareExchange(ref longestTicks, took.Ticks, known) != known)
        {
        }
    }
}
