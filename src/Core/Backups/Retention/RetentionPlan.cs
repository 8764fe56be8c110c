using System.Globalization;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Physical;

namespace RecoveryOS.Core.Backups.Retention;

/// <summary>
/// What of a server's backups stays and what goes, and why: a function of the catalogue, the rules and the time.
/// </summary>
public sealed record RetentionPlan
{
    private const string Passed = "passed";

    /// <summary>Oldest first; together with <see cref="Gone"/>, every backup that was not pruned before.</summary>
    public required IReadOnlyList<KeptBackup> Kept { get; init; }

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<KeptBackup> Gone { get; init; }

    /// <summary>Which WAL is still needed. Null: all WAL stays.</summary>
    public WalHorizon? Horizon { get; init; }

    /// <param name="entries">The server's whole catalogue, oldest first.</param>
    public static RetentionPlan Of(IReadOnlyList<CatalogueEntry> entries, RetentionOptions rules, DateTimeOffset now)
    {
        var backups = BackupCatalogue.KeptOf(entries);
        List<CatalogueEntry> bases = [.. backups.Where(entry => entry.Physical is not null).OrderBy(FinishedAt)];
        List<CatalogueEntry> dumps = [.. backups.Where(entry => entry.Logical is not null).OrderBy(FinishedAt)];
        var reasons = new KeepingReasons();
        Count(bases, rules, reasons);
        Count(dumps, rules, reasons);
        KeepWindow(bases, rules.WindowDays, now, reasons);
        var verified = KeepVerified(bases, entries, reasons);
        KeepVerified(dumps, entries, reasons);

        var judged = backups
            .OrderBy(FinishedAt).ThenBy(entry => entry.Sequence)
            .Select(entry => (Entry: entry, Reasons: reasons.Of(entry)))
            .ToLookup(pair => pair.Reasons.Count > 0, pair => new KeptBackup(pair.Entry, Say(pair.Reasons)));
        return new RetentionPlan
        {
            Kept = [.. judged[true]],
            Gone = [.. judged[false]],
            Horizon = WalHorizon.Of(
                [.. judged[true].Select(kept => kept.Entry.Physical).OfType<PhysicalBackup>()],
                verified?.Physical,
                now - TimeSpan.FromDays(rules.WindowDays)),
        };
    }

    public static DateTimeOffset FinishedAt(CatalogueEntry entry) =>
        entry.Physical?.FinishedAt ?? entry.Logical?.FinishedAt ?? entry.At;

    private static void Count(List<CatalogueEntry> backups, RetentionOptions rules, KeepingReasons reasons)
    {
        List<CatalogueEntry> newest = [.. Enumerable.Reverse(backups)];
        // At least one stays, whatever the rules say.
        foreach (var entry in newest.Take(Math.Max(1, rules.Last)))
            reasons.Add(entry, "among the newest");
        KeepNewestOf(
            newest, rules.Daily, at => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "of the day", reasons);
        KeepNewestOf(newest, rules.Weekly, Week, "of the week", reasons);
        KeepNewestOf(
            newest, rules.Monthly, at => at.ToString("yyyy-MM", CultureInfo.InvariantCulture), "of the month", reasons);
    }

    private static void KeepNewestOf(
        IEnumerable<CatalogueEntry> newest,
        int count,
        Func<DateTime, string> period,
        string words,
        KeepingReasons reasons)
    {
        foreach (var group in newest.GroupBy(entry => period(FinishedAt(entry).UtcDateTime)).Take(count))
            reasons.Add(group.First(), $"the newest {words} {group.Key}");
    }

    private static string Week(DateTime at) =>
        string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(at)}-W{ISOWeek.GetWeekOfYear(at):D2}");

    /// <summary>
    /// Every base that ended in the window, and the one before it, which serves the window's first moments.
    /// </summary>
    private static void KeepWindow(List<CatalogueEntry> bases, int days, DateTimeOffset now, KeepingReasons reasons)
    {
        if (days == 0)
            return;

        var start = now - TimeSpan.FromDays(days);
        foreach (var entry in bases.Where(entry => FinishedAt(entry) >= start))
            reasons.Add(entry, Invariant($"within the last {days} days, any moment of which can be restored"));
        if (bases.FindLast(entry => FinishedAt(entry) < start) is { } before)
            reasons.Add(before, Invariant($"serves the first moments of the last {days} days"));
    }

    /// <summary>
    /// The newest one that a restore test brought back; the WAL that it needs is what the horizon spares.
    /// </summary>
    private static CatalogueEntry? KeepVerified(
        List<CatalogueEntry> backups, IReadOnlyList<CatalogueEntry> entries, KeepingReasons reasons)
    {
        var verified = entries
            .Where(entry => entry.Tested is { Verdict: Passed })
            .Select(entry => entry.Tested?.BackupId)
            .ToHashSet();
        var newest = backups.FindLast(entry => verified.Contains(entry.Physical?.Id ?? entry.Logical?.Id));
        if (newest is not null)
            reasons.Add(newest, "the newest that a restore test brought back");
        return newest;
    }

    private static string Say(IReadOnlyList<string> reasons) =>
        reasons.Count > 0 ? string.Join("; ", reasons) : "no rule keeps it";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

/// <param name="Reason">The rules that keep it, or that none does, in words.</param>
public sealed record KeptBackup(CatalogueEntry Entry, string Reason);
