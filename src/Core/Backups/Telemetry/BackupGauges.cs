namespace RecoveryOS.Core.Backups.Telemetry;

/// <summary>The gauges of backups: seconds, unix timestamps and bytes.</summary>
internal static class BackupGauges
{
    public const string SlotStatus = "recoveryos_slot_wal_status";
    public const string SlotSafeBytes = "recoveryos_slot_safe_wal_bytes";
    public const string LastRead = "recoveryos_backup_state_last_read_timestamp_seconds";

    public static IReadOnlyList<BackupGauge> All { get; } =
    [
        new("recoveryos_drill_last_success_timestamp_seconds", "s", "When a restore test last passed."),
        new(
            "recoveryos_drill_last_run_timestamp_seconds",
            "s",
            "When a restore test last ended, whatever its verdict."),
        new("recoveryos_drill_last_result", null, "1 for the result of the last restore test, 0 for the others."),
        new(
            "recoveryos_drill_check_failed",
            null,
            "Of the last restore test: 1 for a check that was wrong, 0 otherwise."),
        new("recoveryos_rpo_measured_seconds", "s", "What the last restore test found would have been lost."),
        new("recoveryos_rpo_lost_commits", null, "Heartbeats that the last restore did not bring back."),
        new("recoveryos_rpo_target_seconds", "s", "What may be lost at most."),
        new("recoveryos_rto_measured_seconds", "s", "How long the last restore took, to the first answered query."),
        new("recoveryos_rto_forecast_seconds", "s", "How long a restore to the end of the window would take now."),
        new("recoveryos_rto_target_seconds", "s", "How long a restore may take at most."),
        new("recoveryos_backup_last_success_timestamp_seconds", "s", "When a backup was last taken."),
        new("recoveryos_backup_size_bytes", "By", "What the last backup takes in the store."),
        new("recoveryos_backup_last_duration_seconds", "s", "How long the last backup took."),
        new("recoveryos_job_last_failed", null, "1 where a job's last run failed, 0 where it succeeded."),
        new("recoveryos_timer_last_success_timestamp_seconds", "s", "When a timer's run last succeeded."),
        new(
            "recoveryos_timer_overdue",
            null,
            "1 where a timer has not succeeded for longer than its schedule explains."),
        new("recoveryos_wal_receiver_up", null, "1 while WAL is being received."),
        new("recoveryos_wal_flush_lag_bytes", "By", "WAL that the server wrote and that is not yet safe here."),
        new("recoveryos_wal_last_archived_timestamp_seconds", "s", "When WAL last reached the store."),
        new("recoveryos_wal_chain_gaps", null, "Holes in the recovery window."),
        new("recoveryos_wal_chain_bad_segments", null, "Damages that were found in the archived WAL."),
        new(SlotStatus, null, "The replication slot: 0 reserved, 1 extended, 2 unreserved, 3 lost."),
        new(SlotSafeBytes, "By", "WAL that may still be written before the slot is in danger."),
        new("recoveryos_recovery_window_start_timestamp_seconds", "s", "The earliest moment that can be restored."),
        new("recoveryos_recovery_window_end_timestamp_seconds", "s", "The latest moment that can be restored."),
        new("recoveryos_manifest_mismatched_tables", null, "Tables that were not as the data manifest says."),
        new("recoveryos_canary_mismatches", null, "Canary rows that were not as they were written."),
        new(
            "recoveryos_verifier_selftest_detected_ratio",
            null,
            "The share of damaged copies that the verifier caught."),
        new("recoveryos_evidence_chain_valid", null, "1 where every entry of the catalogue is signed and linked."),
        new("recoveryos_scratch_leftover_servers", null, "Restored servers that could not be confirmed gone."),
        new(LastRead, "s", "When all of this was last read from the database."),
    ];
}

/// <param name="Unit">UCUM, as OpenTelemetry wants it.</param>
internal sealed record BackupGauge(string Name, string? Unit, string Description);
