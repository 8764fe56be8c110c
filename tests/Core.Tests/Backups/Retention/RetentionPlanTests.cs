using System.Globalization;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Retention;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Retention;

public sealed class RetentionPlanTests
{
    private static readonly DateTimeOffset Now = At("2026-03-31 12:00");

    /// <summary>Rules (last, daily, weekly, monthly, window), the bases' ends, and which of them stay.</summary>
    public static TheoryData<int[], string[], string[]> Cases => new()
    {
        // One always stays.
        { [1, 0, 0, 0, 0], ["2020-01-01 00:00"], ["2020-01-01 00:00"] },
        {
            [2, 0, 0, 0, 0], ["2026-03-01 00:00", "2026-03-02 00:00", "2026-03-03 00:00"],
            ["2026-03-02 00:00", "2026-03-03 00:00"]
        },
        // The newest of each day that has one; a day without one does not count.
        {
            [1, 2, 0, 0, 0], ["2026-03-01 01:00", "2026-03-01 23:59", "2026-03-05 00:00", "2026-03-05 09:00"],
            ["2026-03-01 23:59", "2026-03-05 09:00"]
        },
        // ISO weeks: 2026-01-01 is in the week that began on Monday, 2025-12-29; Sunday ends one.
        {
            [1, 0, 2, 0, 0], ["2025-12-28 23:00", "2025-12-29 00:00", "2026-01-01 00:00", "2026-01-04 23:00"],
            ["2025-12-28 23:00", "2026-01-04 23:00"]
        },
        {
            [1, 0, 0, 2, 0], ["2026-01-01 00:00", "2026-01-31 23:00", "2026-02-01 00:00", "2026-02-28 01:00"],
            ["2026-01-31 23:00", "2026-02-28 01:00"]
        },
        // All of the window, and the one before it.
        {
            [1, 0, 0, 0, 7],
            ["2026-03-20 00:00", "2026-03-23 00:00", "2026-03-25 00:00", "2026-03-30 00:00", "2026-03-30 01:00"],
            ["2026-03-23 00:00", "2026-03-25 00:00", "2026-03-30 00:00", "2026-03-30 01:00"]
        },
        // Nothing was taken for a long time: what there is serves the window.
        { [1, 0, 0, 0, 7], ["2025-03-20 00:00", "2025-03-23 00:00"], ["2025-03-23 00:00"] },
        // One rule's pick is enough.
        {
            [1, 1, 1, 2, 0], ["2026-02-27 00:00", "2026-03-10 00:00", "2026-03-30 00:00", "2026-03-31 00:00"],
            ["2026-02-27 00:00", "2026-03-31 00:00"]
        },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Rules_keep_what_they_say(int[] rules, string[] bases, string[] kept)
    {
        var history = new History();
        foreach (var end in bases)
            history.Base(At(end));

        var plan = RetentionPlan.Of(
            history.Entries, History.Rules(rules[0], rules[1], rules[2], rules[3], rules[4]), Now);

        Assert.Equal(kept.Select(At), plan.Kept.Select(backup => RetentionPlan.FinishedAt(backup.Entry)));
        Assert.Equal(bases.Except(kept).Select(At), plan.Gone.Select(backup => RetentionPlan.FinishedAt(backup.Entry)));
    }

    [Fact]
    public void Each_says_why()
    {
        var history = new History();
        history.Base(At("2026-01-01 00:00"));
        history.Base(At("2026-03-31 00:00"));

        var plan = RetentionPlan.Of(history.Entries, History.Rules(daily: 1), Now);

        Assert.Equal("among the newest; the newest of the day 2026-03-31", Assert.Single(plan.Kept).Reason);
        Assert.Equal("no rule keeps it", Assert.Single(plan.Gone).Reason);
    }

    [Fact]
    public void The_newest_verified_one_stays_and_its_WAL()
    {
        var history = new History();
        var older = history.Base(At("2026-01-01 00:00"), segment: 5);
        var verified = history.Base(At("2026-01-02 00:00"), segment: 9);
        var failed = history.Base(At("2026-01-03 00:00"), segment: 12);
        history.Base(At("2026-01-04 00:00"), segment: 20);
        history.Tested(older, "passed");
        history.Tested(verified, "passed");
        history.Tested(failed, "failed");

        var plan = RetentionPlan.Of(history.Entries, History.Rules(), Now);

        Assert.Equal(
            [At("2026-01-02 00:00"), At("2026-01-04 00:00")],
            plan.Kept.Select(backup => RetentionPlan.FinishedAt(backup.Entry)));
        Assert.False(plan.Horizon?.IsBefore(new WalSegment(1, 9), At("2020-01-01 00:00")));
        Assert.True(plan.Horizon?.IsBefore(new WalSegment(1, 8), At("2020-01-01 00:00")));
        Assert.False(plan.Horizon?.IsBefore(new WalSegment(1, 8), Now));
    }

    [Fact]
    public void A_base_that_stays_for_longer_than_the_window_keeps_no_WAL()
    {
        var history = new History();
        history.Base(At("2026-01-31 00:00"), segment: 5);
        history.Base(At("2026-02-28 00:00"), segment: 50);
        history.Base(At("2026-03-20 00:00"), segment: 80);
        history.Tested(history.Base(At("2026-03-30 00:00"), segment: 90), "passed");

        var plan = RetentionPlan.Of(history.Entries, History.Rules(monthly: 12, windowDays: 7), Now);

        Assert.Equal(4, plan.Kept.Count);
        Assert.Equal(At("2026-03-20 00:00"), plan.Horizon?.First.FinishedAt);
        Assert.True(plan.Horizon?.IsBefore(new WalSegment(1, 79), At("2026-03-01 00:00")));
        Assert.False(plan.Horizon?.IsBefore(new WalSegment(1, 80), At("2026-03-01 00:00")));
    }

    [Theory]
    // The window's base began on timeline 2, in segment 80.
    [InlineData(1, 79, true)]
    [InlineData(1, 80, false)]
    [InlineData(1, 81, true)]
    [InlineData(2, 79, true)]
    [InlineData(2, 81, false)]
    [InlineData(3, 79, true)]
    [InlineData(3, 81, false)]
    public void A_timeline_that_was_left_before_the_window_goes_with_all_of_its_WAL(
        uint timeline, ulong number, bool goes)
    {
        var history = new History();
        history.Base(At("2026-03-10 00:00"), segment: 60);
        history.Base(At("2026-03-20 00:00"), segment: 80, timeline: 2);
        history.Base(At("2026-03-30 00:00"), segment: 90, timeline: 2);

        var plan = RetentionPlan.Of(history.Entries, History.Rules(last: 3, windowDays: 7), Now);

        Assert.Equal(goes, plan.Horizon?.IsBefore(new WalSegment(timeline, number), At("2026-03-15 00:00")));
    }

    [Fact]
    public void Dumps_are_judged_on_their_own()
    {
        var history = new History();
        history.Dump(At("2026-01-01 00:00"));
        history.Dump(At("2026-01-02 00:00"));
        history.Base(At("2026-03-01 00:00"));
        history.Base(At("2026-03-02 00:00"));

        var plan = RetentionPlan.Of(history.Entries, History.Rules(windowDays: 3650), Now);

        Assert.Equal(
            [At("2026-01-02 00:00"), At("2026-03-01 00:00"), At("2026-03-02 00:00")],
            plan.Kept.Select(backup => RetentionPlan.FinishedAt(backup.Entry)));
    }

    [Fact]
    public void What_was_pruned_is_not_judged_again_and_nothing_leaves_nothing()
    {
        var history = new History();
        history.Pruned(history.Base(At("2026-01-01 00:00")));

        var plan = RetentionPlan.Of(history.Entries, History.Rules(), Now);

        Assert.Empty(plan.Kept);
        Assert.Empty(plan.Gone);
        Assert.Null(plan.Horizon);
    }

    [Fact]
    public void In_any_history_what_must_stay_stays()
    {
        var seed = LongRun.Seed;
        var random = new Random(seed);
        for (var number = 0; number < 2000; number++)
        {
            var history = Made(random);
            var rules = History.Rules(
                random.Next(1, 5), random.Next(0, 5), random.Next(0, 5), random.Next(0, 5), random.Next(0, 40));

            var plan = RetentionPlan.Of(history.Entries, rules, Now);

            var broken = Broken(history.Entries, plan, rules);
            Assert.True(broken is null, $"seed {seed}, number {number}: {broken}");
        }
    }

    private static History Made(Random random)
    {
        var history = new History();
        var at = Now.AddDays(-random.Next(1, 200));
        var segment = 1UL;
        List<Guid> made = [];
        while (at < Now && history.Entries.Count < 80)
        {
            made.Add(random.Next(4) == 0 ? history.Dump(at) : history.Base(at, segment));
            var chosen = made[random.Next(made.Count)];
            if (random.Next(3) == 0)
                history.Tested(chosen, random.Next(2) == 0 ? "passed" : "inconclusive");
            else if (random.Next(6) == 0 && made.Count > 2)
                history.Pruned(chosen);
            at = at.AddHours(random.Next(1, 200));
            segment += (ulong)random.Next(0, 9);
        }

        return history;
    }

    /// <summary>
    /// What the plan breaks, in words; null where it keeps its promises. Found another way than the plan finds it.
    /// </summary>
    private static string? Broken(IReadOnlyList<CatalogueEntry> entries, RetentionPlan plan, RetentionOptions rules)
    {
        var all = BackupCatalogue.KeptOf(entries);
        var kept = plan.Kept.Select(backup => backup.Entry.Sequence).ToHashSet();
        var gone = plan.Gone.Select(backup => backup.Entry.Sequence).ToHashSet();
        if (kept.Overlaps(gone) || kept.Count + gone.Count != all.Count
            || !all.All(entry => kept.Contains(entry.Sequence) || gone.Contains(entry.Sequence)))
            return "a backup is neither kept nor gone, or both";

        List<CatalogueEntry> bases =
            [.. all.Where(entry => entry.Physical is not null).OrderBy(RetentionPlan.FinishedAt)];
        if (bases.Count > 0 && !kept.Contains(bases[^1].Sequence))
            return "the newest base goes";
        if (all.Where(entry => entry.Logical is not null).OrderBy(RetentionPlan.FinishedAt).LastOrDefault() is { } dump
            && !kept.Contains(dump.Sequence))
            return "the newest dump goes";
        var passed = entries.Where(entry => entry.Tested?.Verdict == "passed").Select(
            entry => entry.Tested?.BackupId).ToList();
        if (bases.LastOrDefault(entry => passed.Contains(entry.Physical?.Id)) is { } verified
            && !kept.Contains(verified.Sequence))
            return "the newest verified base goes";
        for (var hours = 0; hours < rules.WindowDays * 24; hours += 7)
        {
            var moment = Now.AddHours(-hours);
            if (bases.LastOrDefault(entry => RetentionPlan.FinishedAt(entry) <= moment) is { } server
                && !kept.Contains(server.Sequence))
                return $"the base that serves {moment:u} goes";
        }

        return BrokenWal([.. bases.Where(entry => kept.Contains(entry.Sequence))], passed, plan, rules);
    }

    /// <summary>
    /// WAL goes on from the base of the window's first moment, or from an older one that was verified; none before.
    /// </summary>
    private static string? BrokenWal(
        List<CatalogueEntry> kept, List<Guid?> passed, RetentionPlan plan, RetentionOptions rules)
    {
        if (kept.Count == 0)
            return null;

        var serving = kept.FindLastIndex(entry => RetentionPlan.FinishedAt(entry) <= Now.AddDays(-rules.WindowDays));
        var verified = kept.FindLastIndex(entry => passed.Contains(entry.Physical?.Id));
        var first = Math.Max(0, verified < 0 ? serving : Math.Min(serving, verified));
        foreach (var (index, entry) in kept.Index())
        {
            var segment = WalSegment.Containing(1, entry.Physical?.StartLsn ?? default, WalSegment.DefaultSize);
            var isGone = plan.Horizon?.IsBefore(segment, DateTimeOffset.MinValue) is not false;
            if (index >= first && isGone)
                return $"WAL that base {index} starts with goes, and {first} is the first that needs its own";
            if (segment.End <= kept[first].Physical?.StartLsn && !isGone)
                return $"WAL that base {index} starts with stays, and {first} is the first that needs its own";
        }

        return null;
    }

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
