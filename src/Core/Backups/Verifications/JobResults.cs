using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Npgsql;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Backups.Verifications;

/// <summary>What the jobs that look at backups found last, for the next run and for people.</summary>
public sealed class JobResults(NpgsqlDataSource dataSource)
{
    private const int KeptDays = 30;

    /// <param name="failure">A short word; null: nothing was wrong.</param>
    internal Task StoreAsync<T>(
        string server,
        string job,
        DateTimeOffset startedAt,
        T result,
        JsonTypeInfo<T> type,
        (string Code, string Detail)? failure,
        CancellationToken cancellationToken) => dataSource
        .CreateCommand("""
            WITH old AS (
                DELETE FROM backup_runs
                WHERE server = $1 AND job = $2 AND finished_at < now() - make_interval(days => $3))
            INSERT INTO backup_runs (server, job, status, started_at, finished_at, failure, failure_detail, result)
            VALUES ($1, $2, CASE WHEN $5 IS NULL THEN 'succeeded' ELSE 'failed' END, $4, now(), $5, $6, $7::jsonb)
            """)
        .With(server).With(job).With(KeptDays).With(startedAt.UtcDateTime)
        .With(failure?.Code).With(failure?.Detail).With(JsonSerializer.Serialize(result, type))
        .ExecuteAsync(cancellationToken);

    /// <summary>Null: there is none yet.</summary>
    internal Task<T?> LastAsync<T>(string server, string job, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => dataSource
        .CreateCommand("""
            SELECT result::text FROM backup_runs
            WHERE server = $1 AND job = $2 AND status <> 'running' AND result IS NOT NULL
            ORDER BY id DESC
            LIMIT 1
            """)
        .With(server).With(job)
        .FirstAsync(
            row => JsonSerializer.Deserialize(row.GetString(0), type)
                ?? throw new JsonException("a job's result is null"),
            cancellationToken);
}
