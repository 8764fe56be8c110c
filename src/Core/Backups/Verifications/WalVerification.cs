using RecoveryOS.Core.Backups.Alarms;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Wal.Chains;

namespace RecoveryOS.Core.Backups.Verifications;

/// <summary>
/// Verifies archived WAL without a restore, from the oldest base that it serves to its end. Only segments that are new
/// since the last run are read.
/// </summary>
public sealed class WalVerification(
    BackupTargets targets,
    WalInspection inspection,
    JobResults results,
    OperatorAlarms alarms,
    TimeProvider time)
{
    public const string Job = "verify_wal";

    /// <summary>All servers whose WAL is received.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var target in targets.All.Where(target => target.Target.ReceivesWal))
            await RunAsync(target.Name, fromTheStart: false, cancellationToken);
    }

    /// <param name="fromTheStart">Reads what was verified before too.</param>
    public async Task<WalFinding> RunAsync(string server, bool fromTheStart, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        var last = fromTheStart
            ? null
            : await results.LastAsync(server, Job, BackupJson.Default.WalFinding, cancellationToken);
        var progress = last?.Progress is { } text ? ChainProgress.Parse(text) : ChainProgress.None;
        var finding = await inspection.LookAsync(server, progress, cancellationToken);
        await results.StoreAsync(
            server, Job, startedAt, finding, BackupJson.Default.WalFinding,
            finding.Damages.Count == 0 ? null
                : (finding.Verdict is Verdict.Failed ? "wal_damaged" : "wal_unreadable", finding.Damages[0]),
            cancellationToken);
        if (finding.Verdict is Verdict.Passed)
            await alarms.EndAsync(server, AlarmKind.WalDamaged, cancellationToken);
        else if (finding.Damages.Count > 0)
            await alarms.RaiseAsync(server, AlarmKind.WalDamaged, finding.Damages[0], cancellationToken);
        return finding;
    }
}
