using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Azure;

/// <summary>What is looked at on a server that Azure restored.</summary>
public sealed class AzureChecks(HeartbeatLedger ledger, IOptions<BackupOptions> options)
{
    public async Task RunAsync(
        ServerUnderTest subject,
        TargetServer target,
        DateTimeOffset moment,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken)
    {
        var database = target.Address.Database ?? "postgres";
        await log.CheckAsync("heartbeats", async () =>
        {
            var restored = await HeartbeatCheck.ReadAsync(subject, database, cancellationToken);
            var from = restored.Newest is [.., var oldest] && oldest.At < moment ? oldest.At : moment;
            var all = await ledger.ReadAsync(target.Name, from.AddDays(-1), moment.AddDays(1), cancellationToken);
            var finding = PointInTimeCheck.Compare(restored, all, moment);
            found.LostHeartbeats = finding.Lost;
            found.ProvenUntil = finding.LastAt;
            found.Reached = found.Reached is { } reached ? reached with { At = finding.LastAt } : null;
            return finding.Result;
        }, cancellationToken);
        await log.CheckAsync(
            "canaries", () => CanaryCheck.RunAsync(subject, database, cancellationToken), cancellationToken);
        await log.CheckAsync("read_back", async () => ContentComparison.ReadBack(
            await subject.ReadContentAsync([database], cancellationToken)), cancellationToken);
        await AmcheckAsync(subject, database, log, found, cancellationToken);
        foreach (var (name, sql) in options.Value.Drill.Assertions)
        {
            await log.CheckAsync(
                $"assertion_{name}",
                () => AssertionCheck.RunAsync(subject, database, sql, cancellationToken),
                cancellationToken);
        }
    }

    /// <summary>Only where the server allows the extension: its administrator is no superuser.</summary>
    private static async Task AmcheckAsync(
        ServerUnderTest subject,
        string database,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken)
    {
        await log.CheckAsync("amcheck", async () =>
        {
            var isAllowed = await ManagedIndexCheck.IsAllowedAsync(subject, database, cancellationToken);
            if (!isAllowed)
                found.ParityNotes =
                    [.. found.ParityNotes, "amcheck is not on azure.extensions: indexes are not looked at."];
            return isAllowed
                ? await ManagedIndexCheck.RunAsync(subject, database, cancellationToken)
                : CheckResult.CouldNotLook(
                    "amcheck is not on azure.extensions, so indexes were not looked at: allow it there.");
        }, cancellationToken);
    }
}
