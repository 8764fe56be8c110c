using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Restores.Plans;

/// <summary>Refuses a target that cannot be reached, and names those around it that can.</summary>
internal static class NearestTimes
{
    private const string Code = "target_outside_window";

    public static BackupException Refuse(RecoveryMap map, DateTimeOffset time)
    {
        var before = map.Routes.Where(route => route.From <= time).MaxBy(route => route.To);
        var after = map.Routes.Where(route => route.From > time).MinBy(route => route.From);
        var why = before is null ? "it is before the end of the oldest base"
            : before.Broken is { } broken && before.To < time ? Lower(broken)
            : "no commit after it is known";
        return new BackupException(Code, $"{RestoreTarget.Format(time)} can't be restored: {why.TrimEnd('.')}. "
            + "The nearest times that can: " + string.Join(" and ", new[]
            {
                before is null ? null : RestoreTarget.Format(before.To),
                after is null ? null : RestoreTarget.Format(after.From),
            }.OfType<string>()) + ".");
    }

    public static BackupException Refuse(RecoveryMap map, Lsn lsn)
    {
        var before = map.Routes.Where(route => route.Base.StopLsn <= lsn)
            .MaxBy(route => route.LastRecord ?? route.Base.StopLsn);
        var after = map.Routes.Where(route => route.Base.StopLsn > lsn).MinBy(route => route.Base.StopLsn);
        var why = before is null ? "it is before the end of the oldest base"
            : before.Broken is { } broken ? Lower(broken)
            : "the archive ends before it";
        return new BackupException(Code, $"{lsn} can't be restored: {why.TrimEnd('.')}. "
            + "The nearest positions that can: " + string.Join(" and ", new[]
            {
                before is null ? null : $"{before.LastRecord ?? before.Base.StopLsn}",
                after is null ? null : $"{after.Base.StopLsn}",
            }.OfType<string>()) + ".");
    }

    /// <summary>What can be restored in all, in a sentence.</summary>
    public static string Whole(RecoveryMap map) =>
        $"What can be restored is from {RestoreTarget.Format(map.Routes.Min(route => route.From))} "
        + $"to {RestoreTarget.Format(map.Routes.Max(route => route.To))}.";

    private static string Lower(string sentence) => $"{char.ToLowerInvariant(sentence[0])}{sentence[1..]}";
}
