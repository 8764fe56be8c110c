using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Backups.Runs;

/// <summary>
/// Writes down every run of a job about backups: that it runs, how it ended, and why. Of a run whose process was
/// killed, the next one says so.
/// </summary>
public sealed partial class BackupRuns(NpgsqlDataSource dataSource, TimeProvider time, ILogger<BackupRuns> logger)
{
    private const int FinishAttempts = 6;
    private static readonly TimeSpan SeenInterval = TimeSpan.FromSeconds(10);

    private const string Started = "INSERT INTO backup_runs (id, server, job) VALUES ($1, $2, $3)";

    private const string Seen = "UPDATE backup_runs SET seen_at = now() WHERE id = $1";

    // Also of one that was taken for killed, as after its session with the database broke.
    private const string Succeeded = """
        UPDATE backup_runs SET status = 'succeeded', finished_at = now(), seen_at = now(), failure = NULL,
            failure_detail = NULL, backup_id = $2, sequence = $3, stored_bytes = $4, result = $5::jsonb
        WHERE id = $1
        """;

    private const string Failed = """
        UPDATE backup_runs
        SET status = 'failed', finished_at = now(), seen_at = now(), failure = $2, failure_detail = $3
        WHERE id = $1
        """;

    private const string Running = "SELECT id FROM backup_runs WHERE status = 'running'";

    private const string Killed = """
        UPDATE backup_runs SET status = 'failed', finished_at = now(), failure = 'killed',
            failure_detail = 'Its process ended before it did; the next run cleans up after it.'
        WHERE id = $1 AND status = 'running'
        """;

    private const string Pruned = """
        UPDATE backup_runs SET pruned_at = gone.at
        FROM unnest($2::uuid[], $3::timestamptz[]) AS gone (id, at)
        WHERE server = $1 AND backup_id = gone.id AND pruned_at IS NULL
        """;

    private const string List = """
        SELECT id, server, job, CASE job WHEN 'backup' THEN 'physical' WHEN 'dump' THEN 'logical' END, status,
            started_at, finished_at, backup_id, sequence, stored_bytes, pruned_at, failure, failure_detail
        FROM backup_runs
        WHERE ($1 IS NULL OR server = $1) AND ($2 IS NULL OR job = $2) AND ($3 IS NULL OR id < $3)
        ORDER BY id DESC LIMIT $4
        """;

    /// <param name="server">The target's name.</param>
    /// <param name="job">One of <see cref="BackupJob"/>.</param>
    /// <param name="work">Fills in the record.</param>
    /// <param name="cancellationToken">Stops it; the run has failed as <c>canceled</c> then.</param>
    /// <returns>What the work returned.</returns>
    /// <exception cref="NpgsqlException">Nothing was begun, since the service's database does not answer.</exception>
    public async Task<T> RecordAsync<T>(
        string server,
        string job,
        Func<RunRecord, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken)
    {
        await CloseKilledAsync(cancellationToken);
        var id = (await dataSource.CreateCommand("SELECT uuid7()")
            .ToListAsync(row => row.GetGuid(0), cancellationToken))[0];
        await using var life = await AdvisoryLock.TryTakeAsync(dataSource, LockName(id), cancellationToken);
        await dataSource.CreateCommand(Started).With(id).With(server).With(job).ExecuteAsync(cancellationToken);

        using var stop = new CancellationTokenSource();
        var seen = SaySeenAsync(id, stop.Token);
        var record = new RunRecord(id);
        try
        {
            var result = await work(record, cancellationToken);
            await FinishAsync(id, () => dataSource.CreateCommand(Succeeded)
                .With(id).With(record.BackupId).With(record.Sequence).With(record.StoredBytes).With(record.Result));
            return result;
        }
        catch (Exception exception)
        {
            var (code, detail) = Describe(exception);
            RunFailed(logger, server, job, id, code, exception);
            await FinishAsync(id, () => dataSource.CreateCommand(Failed).With(id).With(code).With(detail));
            throw;
        }
        finally
        {
            await stop.CancelAsync();
            await seen;
        }
    }

    /// <summary>Closes the runs of processes that are gone.</summary>
    public async Task CloseKilledAsync(CancellationToken cancellationToken)
    {
        var running = await dataSource.CreateCommand(Running).ToListAsync(row => row.GetGuid(0), cancellationToken);
        foreach (var id in running)
        {
            await using var life = await AdvisoryLock.TryTakeAsync(dataSource, LockName(id), cancellationToken);
            if (life is not null)
                await dataSource.CreateCommand(Killed).With(id).ExecuteAsync(cancellationToken);
        }
    }

    /// <summary>Repeats what the catalogue says of backups that are gone.</summary>
    /// <param name="entries">Of one server; those of pruned backups count.</param>
    public Task MarkPrunedAsync(
        string server, IReadOnlyList<CatalogueEntry> entries, CancellationToken cancellationToken)
    {
        var gone = entries.Where(entry => entry.Pruned is not null).ToList();
        return dataSource.CreateCommand(Pruned)
            .With(server)
            .With(gone.Select(entry => entry.Pruned?.BackupId ?? default).ToArray())
            .With(gone.Select(entry => entry.At.UtcDateTime).ToArray())
            .ExecuteAsync(cancellationToken);
    }

    /// <summary>Newest first.</summary>
    public async Task<Page<BackupRun>> ListAsync(
        BackupRunFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var rows = await dataSource.CreateCommand(List)
            .With(filter.Server).With(filter.Job).With(page.Before).With(page.Limit + 1)
            .ToListAsync(
                row => new BackupRun(
                    row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetNullable<string>(3), row.GetString(4),
                    row.GetDateTime(5), row.IsDBNull(6) ? null : row.GetDateTime(6),
                    row.IsDBNull(7) ? null : row.GetGuid(7), row.IsDBNull(8) ? null : row.GetInt64(8),
                    row.IsDBNull(9) ? null : row.GetInt64(9), row.IsDBNull(10) ? null : row.GetDateTime(10),
                    row.GetNullable<string>(11), row.GetNullable<string>(12)),
                cancellationToken);
        return page.Cut(rows, run => run.Id);
    }

    private static string LockName(Guid id) => $"backup_run:{id}";

    private static (string Code, string Detail) Describe(Exception exception) => exception switch
    {
        BackupException backup => (backup.Code, backup.Message),
        OperationCanceledException => ("canceled", "It was stopped before its end."),
        _ => (exception.GetType().Name, "It met a fault that nobody foresaw: look at the log of this time."),
    };

    /// <summary>
    /// Hours of work may outlast an outage of the database; the catalogue has them whatever is written here.
    /// </summary>
    private async Task FinishAsync(Guid id, Func<NpgsqlCommand> command)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await command().ExecuteAsync(CancellationToken.None);
                return;
            }
            catch (Exception exception) when (Outage.Is(exception))
            {
                if (attempt == FinishAttempts)
                {
                    RunUnrecorded(logger, id, exception);
                    return;
                }
            }

            await Task.Delay(TimeSpan.FromSeconds(attempt), time, CancellationToken.None);
        }
    }

    private async Task SaySeenAsync(Guid id, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(SeenInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    await dataSource.CreateCommand(Seen).With(id).ExecuteAsync(cancellationToken);
                }
                catch (Exception exception) when (Outage.Is(exception))
                {
                    RunUnrecorded(logger, id, exception);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    [LoggerMessage(EventName = "backup_run_failed", Level = LogLevel.Error, Message = "{server} {job} {id} {failure}")]
    private static partial void RunFailed(
        ILogger logger, string server, string job, Guid id, string failure, Exception exception);

    [LoggerMessage(EventName = "backup_run_unrecorded", Level = LogLevel.Warning, Message = "{id}")]
    private static partial void RunUnrecorded(ILogger logger, Guid id, Exception exception);
}
