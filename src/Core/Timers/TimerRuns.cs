using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Timers;

/// <summary>
/// Runs what the timers fire: one run of a name at a time over all replicas, each written down with how it ended. A run
/// that is missed is not made up for; each job looks at what is due, whenever it comes. Backups are: see CatchUp.
/// </summary>
public sealed partial class TimerRuns(NpgsqlDataSource dataSource, ILogger<TimerRuns> logger)
{
    private const string Started = """
        INSERT INTO timer_runs (name, started_at) VALUES ($1, clock_timestamp())
        ON CONFLICT (name) DO UPDATE SET started_at = EXCLUDED.started_at
        """;

    private const string Succeeded = """
        INSERT INTO timer_runs (name, succeeded_at) VALUES ($1, clock_timestamp())
        ON CONFLICT (name) DO UPDATE SET succeeded_at = EXCLUDED.succeeded_at
        """;

    private const string Failed = """
        INSERT INTO timer_runs (name, failed_at, failure) VALUES ($1, clock_timestamp(), $2)
        ON CONFLICT (name) DO UPDATE SET failed_at = EXCLUDED.failed_at, failure = EXCLUDED.failure
        """;

    /// <summary>
    /// An outage of the database ends a run without an exception, for the next one to try again; any other fault is
    /// written down and thrown.
    /// </summary>
    /// <returns>Whether the job was done here; false while another replica is at it, or the database is away.</returns>
    public async Task<bool> RunAsync(
        string name, Func<CancellationToken, Task> job, CancellationToken cancellationToken)
    {
        try
        {
            await using var turn = await AdvisoryLock.TryTakeAsync(dataSource, $"timer:{name}", cancellationToken);
            if (turn is null)
            {
                return false;
            }

            await RecordAsync(Started, name, null, cancellationToken);
            await job(cancellationToken);
            await RecordAsync(Succeeded, name, null, cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            var isOutage = Outage.Is(exception);
            var code = isOutage ? "database_unavailable" : Code(exception);
            TimerFailed(logger, name, code, exception);
            await TryRecordFailureAsync(name, code);
            if (isOutage)
            {
                return false;
            }

            throw;
        }
    }

    /// <summary>What each timer did last, by name.</summary>
    public Task<List<TimerRun>> ListAsync(CancellationToken cancellationToken) => dataSource
        .CreateCommand("""
            SELECT name, started_at, succeeded_at, failed_at, failure, clock_timestamp() - succeeded_at
            FROM timer_runs ORDER BY name
            """)
        .ToListAsync(
            row => new TimerRun(
                row.GetString(0),
                row.IsDBNull(1) ? null : row.GetDateTime(1),
                row.IsDBNull(2) ? null : row.GetDateTime(2),
                row.IsDBNull(3) ? null : row.GetDateTime(3),
                row.GetNullable<string>(4),
                row.IsDBNull(5) ? null : row.GetFieldValue<TimeSpan>(5)),
            cancellationToken);

    // The job's own failure is what is thrown and logged, also when it cannot be written down.
    private async Task TryRecordFailureAsync(string name, string code)
    {
        try
        {
            await RecordAsync(Failed, name, code, CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            TimerUnrecorded(logger, name, exception);
        }
    }

    private async Task RecordAsync(string sql, string name, string? code, CancellationToken cancellationToken)
    {
        var command = dataSource.CreateCommand(sql).With(name);
        await (code is null ? command : command.With(code)).ToListAsync(_ => 0, cancellationToken);
    }

    private static string Code(Exception exception) => exception switch
    {
        PostgresException postgres => $"postgres_{postgres.SqlState}",
        BackupException backup => backup.Code,
        _ => exception.GetType().Name,
    };

    [LoggerMessage(EventName = "timer_failed", Level = LogLevel.Error, Message = "{timer} {failure}")]
    private static partial void TimerFailed(ILogger logger, string timer, string failure, Exception exception);

    [LoggerMessage(EventName = "timer_unrecorded", Level = LogLevel.Warning, Message = "{timer}")]
    private static partial void TimerUnrecorded(ILogger logger, string timer, Exception exception);
}

/// <summary>What a timer did last, over all replicas.</summary>
/// <param name="Failure">A short word for the last failure, also an old one.</param>
/// <param name="Since">How long ago it succeeded, by the database's clock.</param>
public sealed record TimerRun(
    string Name, DateTime? StartedAt, DateTime? SucceededAt, DateTime? FailedAt, string? Failure, TimeSpan? Since);
