using Microsoft.Extensions.Options;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Timers;

namespace RecoveryOS.Core.Backups.Telemetry;

/// <summary>Reads what the gauges show from the tables of runs, receivers, tests and timers.</summary>
public sealed class BackupStateReader(NpgsqlDataSource dataSource, IOptions<BackupOptions> options)
{
    /// <summary>The values' names are those of the gauges, beside what they are made of.</summary>
    private const string Backups = """
        WITH last AS (
            SELECT DISTINCT ON (server, job) *,
                ARRAY['server', server::text,
                    'method', CASE job::text WHEN 'backup' THEN 'physical' ELSE 'logical' END] AS labels
            FROM backup_runs
            WHERE status = 'succeeded' AND job IN ('backup', 'dump')
            ORDER BY server, job, id DESC)
        SELECT name, value, labels FROM last, LATERAL (VALUES
            ('recoveryos_backup_last_success_timestamp_seconds', extract(epoch FROM finished_at)::float8),
            ('recoveryos_backup_last_duration_seconds', extract(epoch FROM finished_at - started_at)::float8),
            ('recoveryos_backup_size_bytes', stored_bytes::float8)) AS gauges (name, value)
        WHERE value IS NOT NULL
        """;

    private const string Jobs = """
        SELECT 'recoveryos_job_last_failed', (status = 'failed')::int::float8,
            ARRAY['server', server::text, 'job', job::text]
        FROM (
            SELECT DISTINCT ON (server, job) server, job, status FROM backup_runs
            WHERE status <> 'running'
            ORDER BY server, job, id DESC) AS last
        UNION ALL
        SELECT 'recoveryos_timer_last_success_timestamp_seconds', extract(epoch FROM succeeded_at)::float8,
            ARRAY['timer', name::text]
        FROM timer_runs
        WHERE succeeded_at IS NOT NULL
        """;

    /// <summary>One that never ran is given its time from when backups began.</summary>
    private const string Timers = """
        SELECT 'recoveryos_timer_overdue', is_overdue::int::float8, ARRAY['timer', watched.name]
        FROM unnest($1::text[], $2::interval[]) AS watched (name, patience)
        LEFT JOIN timer_runs AS run ON run.name::text = watched.name,
        LATERAL (SELECT greatest(
            (SELECT max(applied_at) FROM schema_migrations),
            (SELECT min(started_at) FROM backup_runs)) AS at) AS beginning,
        LATERAL (SELECT now() - coalesce(run.succeeded_at, beginning.at) > patience AS is_overdue) AS judged
        WHERE run.succeeded_at IS NOT NULL OR is_overdue
        """;

    /// <summary>
    /// A receiver says how it is every few seconds; one that fell silent is not up, whatever it said last.
    /// </summary>
    private const string Receivers = """
        SELECT name, value, ARRAY['server', server::text] FROM wal_receivers, LATERAL (VALUES
            ('recoveryos_wal_receiver_up',
                (state = 'receiving' AND seen_at > now() - interval '1 minute')::int::float8),
            ('recoveryos_wal_flush_lag_bytes', greatest(pg_wal_lsn_diff(written_lsn, received_lsn), 0)::float8),
            ('recoveryos_wal_last_archived_timestamp_seconds',
                extract(epoch FROM shipped_at)::float8)) AS gauges (name, value)
        WHERE value IS NOT NULL
        """;

    private const string Findings = """
        WITH last AS (
            SELECT DISTINCT ON (server, job) server, job, result FROM backup_runs
            WHERE job IN ('verify_wal', 'self_test', 'window') AND status <> 'running' AND result IS NOT NULL
            ORDER BY server, job, id DESC)
        SELECT name, value, ARRAY['server', server::text] FROM last, LATERAL (VALUES
            ('verify_wal', 'recoveryos_wal_chain_bad_segments', jsonb_array_length(result->'damages')::float8),
            ('self_test', 'recoveryos_verifier_selftest_detected_ratio', (
                SELECT avg((one->>'is_right')::boolean::int)::float8
                FROM jsonb_array_elements(result->'cases') AS one)),
            ('window', 'recoveryos_wal_chain_gaps', jsonb_array_length(result->'holes')::float8),
            ('window', 'recoveryos_recovery_window_start_timestamp_seconds',
                extract(epoch FROM (result->>'earliest')::timestamptz)::float8),
            ('window', 'recoveryos_recovery_window_end_timestamp_seconds',
                extract(epoch FROM (result->>'latest')::timestamptz)::float8),
            ('window', 'recoveryos_rto_forecast_seconds', (result->>'predicted_rto_seconds')::float8)
        ) AS gauges (of_job, name, value)
        WHERE of_job = job AND value IS NOT NULL
        """;

    private const string Drills = """
        WITH last AS (
            SELECT DISTINCT ON (server, method) *, ARRAY['server', server::text, 'method', method] AS labels
            FROM restore_tests
            WHERE status = 'finished'
            ORDER BY server, method, finished_at DESC)
        SELECT name, value, labels FROM last, LATERAL (VALUES
            ('recoveryos_drill_last_run_timestamp_seconds', extract(epoch FROM finished_at)::float8),
            ('recoveryos_rpo_measured_seconds', rpo_seconds),
            ('recoveryos_rpo_target_seconds', (evidence->'rpo'->>'target_seconds')::float8),
            ('recoveryos_rpo_lost_commits', (evidence->>'lost_heartbeats')::float8),
            ('recoveryos_rto_measured_seconds', rto_seconds),
            ('recoveryos_rto_target_seconds', (evidence->'rto'->>'target_seconds')::float8),
            ('recoveryos_manifest_mismatched_tables', (evidence->>'mismatched_tables')::float8),
            ('recoveryos_canary_mismatches', (evidence->>'canary_mismatches')::float8),
            ('recoveryos_evidence_chain_valid', (
                SELECT (one->>'result' = 'passed')::int::float8 FROM jsonb_array_elements(evidence->'checks') AS one
                WHERE one->>'name' = 'catalogue' AND one->>'result' <> 'inconclusive' LIMIT 1)),
            ('recoveryos_scratch_leftover_servers', (
                SELECT (one->>'result' <> 'passed')::int::float8 FROM jsonb_array_elements(evidence->'checks') AS one
                WHERE one->>'name' = 'teardown' LIMIT 1))) AS gauges (name, value)
        WHERE value IS NOT NULL
        UNION ALL
        SELECT 'recoveryos_drill_last_result', (result = verdict)::int::float8, labels || ARRAY['result', result]
        FROM last, unnest(ARRAY['passed', 'failed', 'inconclusive']) AS result
        UNION ALL
        SELECT 'recoveryos_drill_check_failed', max((one->>'result' = 'failed')::int)::float8,
            labels || ARRAY['check', one->>'name']
        FROM last, jsonb_array_elements(evidence->'checks') AS one
        GROUP BY labels, one->>'name'
        UNION ALL
        SELECT 'recoveryos_drill_last_success_timestamp_seconds', extract(epoch FROM max(finished_at))::float8,
            ARRAY['server', server::text, 'method', method]
        FROM restore_tests
        WHERE verdict = 'passed'
        GROUP BY server, method
        """;

    private static readonly string All = string.Join(
        "\nUNION ALL\n",
        new[] { Backups, Jobs, Timers, Receivers, Findings, Drills }
            .Select(sql => $"SELECT * FROM ({sql}) AS samples (name, value, labels)"));

    internal Task<List<BackupSample>> ReadAsync(CancellationToken cancellationToken)
    {
        var watched = TimerNames.Watched(options.Value.IsConfigured).ToList();
        return dataSource
            .CreateCommand(All)
            .With(watched.Select(timer => timer.Key).ToArray())
            .With(watched.Select(timer => timer.Value).ToArray())
            .ToListAsync(
                row => new BackupSample(row.GetString(0), row.GetDouble(1), row.GetFieldValue<string[]>(2)),
                cancellationToken);
    }
}
