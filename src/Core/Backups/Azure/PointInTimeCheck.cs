using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Manifests;

namespace RecoveryOS.Core.Backups.Azure;

/// <summary>
/// Whether a server that only says "restored" is restored to the moment that was asked for: the ledger says which
/// heartbeats were committed by then. One that is only the last snapshot is behind by minutes or hours.
/// </summary>
internal static class PointInTimeCheck
{
    private static readonly TimeSpan SnapshotAge = TimeSpan.FromMinutes(5);

    /// <summary>A heartbeat's time is taken before its commit, and Azure takes whole seconds.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    public static HeartbeatFinding Compare(
        RestoredHeartbeats restored, IReadOnlyList<Heartbeat> ledger, DateTimeOffset moment)
    {
        var expected = ledger.LastOrDefault(heartbeat => heartbeat.At <= moment - Slack);
        if (expected is null)
        {
            return new HeartbeatFinding(
                CheckResult.CouldNotLook(
                    $"The ledger holds no heartbeat before {moment:u}: nothing proves how far the restore came."),
                null, null);
        }

        if (restored is not { IsThere: true, Newest: [var last, ..] })
            return new HeartbeatFinding(
                CheckResult.Wrong($"There is no heartbeat, expected {expected.Id} at {moment:u}."), expected.Id, null);

        var lost = Math.Max(0, expected.Id - last.Id);
        return new HeartbeatFinding(Judge(restored, ledger, moment, expected, last), lost, last.At);
    }

    private static CheckResult Judge(
        RestoredHeartbeats restored,
        IReadOnlyList<Heartbeat> ledger,
        DateTimeOffset moment,
        Heartbeat expected,
        Heartbeat last)
    {
        if (last.At < moment - SnapshotAge && last.Id < expected.Id)
        {
            return CheckResult.Wrong(
                $"The last heartbeat is {last.Id} of {last.At:u}, expected {expected.Id} at {moment:u}: "
                + "this is an older snapshot, and not the moment that was asked for.");
        }

        if (last.Id < expected.Id)
        {
            return CheckResult.Wrong(
                $"The last heartbeat is {last.Id}, expected {expected.Id} at {moment:u}: "
                + $"{expected.Id - last.Id} are lost.");
        }
        if (last.At > moment + Slack)
            return CheckResult.Wrong($"The last heartbeat is of {last.At:u}, after {moment:u}, which was asked for.");
        if (restored is { First: { } first, Last: { } end } && end - first + 1 != restored.Count)
            return CheckResult.Wrong(
                $"Of the heartbeats {first} to {end}, {end - first + 1 - restored.Count} are missing.");
        if (ledger.FirstOrDefault(heartbeat => heartbeat.Id == last.Id) is { } written
            && (written.At - last.At).Duration() > Slack)
            return CheckResult.Wrong($"Heartbeat {last.Id} is of {last.At:O}, the ledger has it at {written.At:O}.");
        return CheckResult.Right($"The last heartbeat is {last.Id} of {last.At:u}, as the ledger says for {moment:u}.");
    }
}
