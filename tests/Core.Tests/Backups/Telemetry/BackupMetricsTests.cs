using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Telemetry;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Tests.Backups.Evidence;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Telemetry;

public sealed class BackupMetricsTests : IDisposable
{
    private readonly PostgresFixture postgres;
    private readonly FakeTimeProvider time = new(SampleEvidence.Night);
    private readonly ServiceProvider services;
    private readonly MeterListener listener = new();
    private readonly Dictionary<string, double> seen = [];

    public BackupMetricsTests(PostgresFixture postgres)
    {
        this.postgres = postgres;
        services = new ServiceCollection()
            .AddMetrics().AddSingleton<TimeProvider>(time).AddSingleton<BackupMetrics>().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
                own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>(
            (instrument, value, tags, _) => seen[Series(instrument, tags)] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            seen[Series(instrument, tags)] = seen.GetValueOrDefault(Series(instrument, tags)) + value);
        listener.Start();
    }

    private BackupMetrics Metrics => services.GetRequiredService<BackupMetrics>();

    [Fact]
    public void A_test_that_ended_is_counted_with_its_phases_and_faults()
    {
        Metrics.DrillEnded(SampleEvidence.Failed);
        Metrics.DrillEnded(SampleEvidence.Failed);

        Assert.Equal(
            2, seen["recoveryos_drill_runs_total{server=recoveryos,method=physical,target_type=time,result=failed}"]);
        Assert.Equal(2, seen[
            "recoveryos_integrity_failures_total"
            + "{server=recoveryos,method=physical,target_type=time,check=row_counts}"]);
        Assert.DoesNotContain(seen.Keys, key => key.Contains("check=assertion_members", StringComparison.Ordinal));
        Assert.Equal(
            21.4,
            seen["recoveryos_drill_duration_seconds{server=recoveryos,method=physical,target_type=time,phase=fetch}"]);
    }

    [Fact]
    public void A_slot_is_shown_while_somebody_looks_at_it()
    {
        Metrics.SlotSeen("recoveryos", "unreserved", 1024);
        listener.RecordObservableInstruments();

        Assert.Equal(2, seen["recoveryos_slot_wal_status{server=recoveryos}"]);
        Assert.Equal(1024, seen["recoveryos_slot_safe_wal_bytes{server=recoveryos}"]);

        seen.Clear();
        time.Advance(TimeSpan.FromMinutes(6));
        listener.RecordObservableInstruments();
        Assert.DoesNotContain("recoveryos_slot_wal_status{server=recoveryos}", seen.Keys);
    }

    [Fact]
    public async Task The_gauges_show_what_the_database_knows()
    {
        await using var database = await MigratedAsync();
        await ExecuteAsync(database, """
            INSERT INTO backup_runs (server, job, status, started_at, finished_at, stored_bytes)
            VALUES ('clinic', 'backup', 'succeeded', '2026-11-28 02:00Z', '2026-11-28 02:05Z', 777),
                ('clinic', 'dump', 'succeeded', '2026-11-28 03:00Z', '2026-11-28 03:01Z', 55);
            INSERT INTO backup_runs (server, job, status, finished_at, failure)
            VALUES ('clinic', 'backup', 'failed', '2026-11-28 04:00Z', 'disk_full');
            INSERT INTO backup_runs (server, job, status, finished_at, result)
            VALUES ('clinic', 'verify_wal', 'succeeded', now(), '{"damages": ["a", "b"]}'),
                ('clinic', 'self_test', 'succeeded', now(), '{"cases": [{"is_right": true}, {"is_right": false}]}'),
                ('clinic', 'window', 'succeeded', now(), '{"earliest": "2026-11-20T00:00:00Z",
                    "latest": "2026-11-28T03:59:00+00:00", "holes": [{}], "predicted_rto_seconds": 61.5}'),
                ('empty', 'window', 'succeeded', now(), '{"spans": [], "holes": []}');
            INSERT INTO wal_receivers (server, state, written_lsn, received_lsn, shipped_at)
            VALUES ('clinic', 'receiving', '0/3000', '0/1000', '2026-11-28 03:59Z');
            INSERT INTO wal_receivers (server, state, seen_at)
            VALUES ('silent', 'receiving', now() - interval '2 minutes');
            INSERT INTO timer_runs (name, started_at, succeeded_at) VALUES ('ShipWal', now(), '2026-11-28 03:58Z');
            """);
        await FinishAsync(database, SampleEvidence.Passed with { FinishedAt = SampleEvidence.Night });
        await FinishAsync(database, SampleEvidence.Failed with
        {
            FinishedAt = SampleEvidence.Night.AddDays(1),
            MismatchedTables = 3,
            Checks = [.. SampleEvidence.Failed.Checks, new("catalogue", Verdict.Failed, "Entry 3 was changed.", 1)],
        });

        await ShowAsync(database);

        Assert.Equal(
            Unix("2026-11-28T02:05Z"),
            seen["recoveryos_backup_last_success_timestamp_seconds{server=clinic,method=physical}"]);
        Assert.Equal(300, seen["recoveryos_backup_last_duration_seconds{server=clinic,method=physical}"]);
        Assert.Equal(777, seen["recoveryos_backup_size_bytes{server=clinic,method=physical}"]);
        Assert.Equal(55, seen["recoveryos_backup_size_bytes{server=clinic,method=logical}"]);
        Assert.Equal(1, seen["recoveryos_job_last_failed{server=clinic,job=backup}"]);
        Assert.Equal(0, seen["recoveryos_job_last_failed{server=clinic,job=dump}"]);
        Assert.Equal(2, seen["recoveryos_wal_chain_bad_segments{server=clinic}"]);
        Assert.Equal(0.5, seen["recoveryos_verifier_selftest_detected_ratio{server=clinic}"]);
        Assert.Equal(1, seen["recoveryos_wal_chain_gaps{server=clinic}"]);
        Assert.Equal(0, seen["recoveryos_wal_chain_gaps{server=empty}"]);
        Assert.DoesNotContain("recoveryos_recovery_window_end_timestamp_seconds{server=empty}", seen.Keys);
        Assert.Equal(
            Unix("2026-11-28T03:59Z"), seen["recoveryos_recovery_window_end_timestamp_seconds{server=clinic}"]);
        Assert.Equal(61.5, seen["recoveryos_rto_forecast_seconds{server=clinic}"]);
        Assert.Equal(1, seen["recoveryos_wal_receiver_up{server=clinic}"]);
        Assert.Equal(0, seen["recoveryos_wal_receiver_up{server=silent}"]);
        Assert.Equal(0x2000, seen["recoveryos_wal_flush_lag_bytes{server=clinic}"]);
        Assert.Equal(Unix("2026-11-28T03:58Z"), seen["recoveryos_timer_last_success_timestamp_seconds{timer=ShipWal}"]);
        Assert.Equal(
            SampleEvidence.Night.ToUnixTimeSeconds(),
            seen["recoveryos_drill_last_success_timestamp_seconds{server=recoveryos,method=physical}"]);
        Assert.Equal(1, seen["recoveryos_drill_last_result{server=recoveryos,method=physical,result=failed}"]);
        Assert.Equal(0, seen["recoveryos_drill_last_result{server=recoveryos,method=physical,result=passed}"]);
        Assert.Equal(1, seen["recoveryos_drill_check_failed{server=recoveryos,method=physical,check=row_counts}"]);
        Assert.Equal(0, seen["recoveryos_drill_check_failed{server=recoveryos,method=physical,check=amcheck}"]);
        Assert.Equal(552, seen["recoveryos_rpo_measured_seconds{server=recoveryos,method=physical}"]);
        Assert.Equal(300, seen["recoveryos_rpo_target_seconds{server=recoveryos,method=physical}"]);
        Assert.Equal(54, seen["recoveryos_rpo_lost_commits{server=recoveryos,method=physical}"]);
        Assert.Equal(3, seen["recoveryos_manifest_mismatched_tables{server=recoveryos,method=physical}"]);
        Assert.DoesNotContain("recoveryos_canary_mismatches{server=recoveryos,method=physical}", seen.Keys);
        Assert.Equal(0, seen["recoveryos_evidence_chain_valid{server=recoveryos,method=physical}"]);
        Assert.Equal(0, seen["recoveryos_scratch_leftover_servers{server=recoveryos,method=physical}"]);
    }

    [Fact]
    public async Task A_timer_that_stands_still_is_shown_and_one_that_began_lately_has_its_time()
    {
        await using var database = await MigratedAsync();
        await ExecuteAsync(database, """
            UPDATE schema_migrations SET applied_at = now() - interval '30 days';
            INSERT INTO backup_runs (server, job, status, started_at, finished_at)
            VALUES ('clinic', 'backup', 'succeeded', now() - interval '5 days', now());
            INSERT INTO timer_runs (name, succeeded_at)
            VALUES ('VerifyWal', now() - interval '1 hour'), ('ShipWal', now() - interval '1 hour'),
                ('SelfTestVerifier', now() - interval '8 days')
            """);

        await ShowAsync(database);
        Assert.Equal(0, seen["recoveryos_timer_overdue{timer=VerifyWal}"]);
        Assert.Equal(1, seen["recoveryos_timer_overdue{timer=ShipWal}"]);
        Assert.Equal(1, seen["recoveryos_timer_overdue{timer=SelfTestVerifier}"]);
        Assert.Equal(1, seen["recoveryos_timer_overdue{timer=TakeBackup}"]);

        seen.Clear();
        await ExecuteAsync(database, "DELETE FROM timer_runs WHERE name = 'SelfTestVerifier'");
        await ShowAsync(database);
        Assert.DoesNotContain("recoveryos_timer_overdue{timer=SelfTestVerifier}", seen.Keys);
    }

    [Fact]
    public async Task An_empty_database_shows_nothing_but_that_it_was_read()
    {
        await using var database = await MigratedAsync();

        await ShowAsync(database);

        Assert.Equal(["recoveryos_backup_state_last_read_timestamp_seconds{}"], seen.Keys);
    }

    public void Dispose()
    {
        listener.Dispose();
        services.Dispose();
    }

    private async Task ShowAsync(NpgsqlDataSource database)
    {
        var options = Options.Create(new BackupOptions { Store = new() { Url = "/backups" } });
        Metrics.Show(
            await new BackupStateReader(database, options).ReadAsync(TestContext.Current.CancellationToken));
        listener.RecordObservableInstruments();
    }

    private async Task<NpgsqlDataSource> MigratedAsync() => NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(
        "metrics",
        async (database, cancellationToken) =>
        {
            await using var source = NpgsqlDataSource.Create(database);
            await new Migrator(source).MigrateAsync(cancellationToken);
        },
        TestContext.Current.CancellationToken));

    private static async Task FinishAsync(NpgsqlDataSource database, DrillEvidence evidence)
    {
        await using var command = database.CreateCommand("""
            INSERT INTO restore_tests (
                server, method, status, requested_by, verdict, rpo_seconds, rto_seconds, evidence, finished_at)
            VALUES ($1, 'physical', 'finished', 'test', $2, $3, $4, $5::jsonb, $6)
            """);
        command.Parameters.Add(new() { Value = evidence.Server });
        command.Parameters.Add(new() { Value = evidence.Verdict is Verdict.Passed ? "passed" : "failed" });
        command.Parameters.Add(new() { Value = evidence.Rpo.ActualSeconds });
        command.Parameters.Add(new() { Value = evidence.Rto.ActualSeconds });
        command.Parameters.Add(new()
        {
            Value = System.Text.Json.JsonSerializer.Serialize(evidence, Core.Backups.BackupJson.Default.DrillEvidence),
        });
        command.Parameters.Add(new() { Value = evidence.FinishedAt.UtcDateTime });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static double Unix(string time) =>
        DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    private static string Series(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        List<string> labels = [];
        foreach (var (name, value) in tags)
            labels.Add($"{name}={value}");
        return $"{instrument.Name}{{{string.Join(',', labels)}}}";
    }
}
