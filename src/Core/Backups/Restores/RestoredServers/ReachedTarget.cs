using System.Globalization;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Restores.RestoredServers;

/// <summary>Holds what a promoted server says of its recovery against what it was told to reach.</summary>
internal static class ReachedTarget
{
    private const string AfterLsn = "after LSN ";
    private const string Before = "before ";
    private const string AtPoint = "at restore point ";
    private const string Consistent = "reached consistency";

    /// <param name="timeline">The one that the server is on now.</param>
    /// <param name="history">The text of that timeline's history file; null when the server has none.</param>
    /// <param name="lastCommit">The last commit that was replayed; null when there was none.</param>
    /// <exception cref="BackupException"><c>target_not_reached</c>.</exception>
    public static ReachedPoint Prove(RestorePlan plan, uint timeline, string? history, DateTimeOffset? lastCommit)
    {
        if (history is null || TimelineHistory.Parse(timeline, history).Switches is not [.., var end])
            throw NotReached(plan, "it shows no history of its timeline");
        if (end.Parent != plan.Timeline || !IsReached(plan.Recovery, end.Reason))
            throw NotReached(plan, $"it left timeline {end.Parent} at {end.At}: {end.Reason}");

        return new ReachedPoint(end.At, lastCommit, end.Reason);
    }

    /// <summary>The reasons are those of xlogrecovery.c, getRecoveryStopReason.</summary>
    private static bool IsReached(RecoverySetting asked, string reason) => asked.Name switch
    {
        RecoverySetting.LsnName => Tail(reason, AfterLsn) is { } text
            && Lsn.TryParse(text, out var lsn) && lsn >= Lsn.Parse(asked.Value),
        RecoverySetting.TimeName => Tail(reason, Before) is { } text
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && time > DateTimeOffset.Parse(asked.Value, CultureInfo.InvariantCulture),
        RecoverySetting.PointName => reason == $"{AtPoint}\"{asked.Value}\"",
        _ => asked == RecoverySetting.Consistency && reason == Consistent,
    };

    private static string? Tail(string text, string head) =>
        text.StartsWith(head, StringComparison.Ordinal) ? text[head.Length..].Trim() : null;

    private static BackupException NotReached(RestorePlan plan, string seen) => new(
        "target_not_reached",
        $"The restored server was promoted without proof of {plan.Recovery.Name} = {plan.Recovery.Value}: {seen}.");
}
