using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Tests.Backups.Drills;

public sealed class HeartbeatCheckTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Ten heartbeats, ten seconds and a thousand bytes apart.</summary>
    private static readonly List<Heartbeat> Ledger =
        [.. Enumerable.Range(1, 10).Select(
            id => new Heartbeat(id, Start.AddSeconds(10 * id), new Lsn((ulong)id * 1000)))];

    [Fact]
    public void The_predicted_last_one_passes()
    {
        var finding = Compare(7, 7500);

        Assert.Equal((Verdict.Passed, 0L), (finding.Result.Verdict, finding.Lost));
        Assert.Equal(Start.AddSeconds(70), finding.LastAt);
    }

    [Fact]
    public void One_more_may_be_there_when_its_commit_was_before_and_its_reading_after() =>
        Assert.Equal(Verdict.Passed, Compare(8, 7990, Start.AddSeconds(80.5)).Result.Verdict);

    [Fact]
    public void One_that_was_written_after_the_target_may_not_be_there() =>
        Assert.Equal(Verdict.Failed, Compare(9, 7990, Start.AddSeconds(80.5)).Result.Verdict);

    [Fact]
    public void The_last_commit_may_bear_an_earlier_time_than_one_before_it()
    {
        var (target, lastCommit) = (Start.AddSeconds(79), Start.AddSeconds(79.9));

        Assert.Equal(Verdict.Passed, Compare(8, 8001, HeartbeatCheck.Limit(null, lastCommit)).Result.Verdict);
        Assert.Equal(Verdict.Passed, Compare(8, 7999, HeartbeatCheck.Limit(null, lastCommit)).Result.Verdict);
        Assert.Equal(Verdict.Failed, Compare(8, 7999, HeartbeatCheck.Limit(target, lastCommit)).Result.Verdict);
        Assert.Equal(
            Verdict.Failed, Compare(8, 7999, HeartbeatCheck.Limit(null, lastCommit.AddHours(-1))).Result.Verdict);
    }

    [Fact]
    public void Lost_ones_are_counted_and_fail()
    {
        var finding = Compare(4, 7500);

        Assert.Equal((Verdict.Failed, 3L), (finding.Result.Verdict, finding.Lost));
        Assert.Contains("3 commits are lost", finding.Result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hole_fails()
    {
        var restored = Restored(7) with { Count = 6 };

        Assert.Equal(Verdict.Failed, HeartbeatCheck.Compare(restored, Ledger, new Lsn(7500), null).Result.Verdict);
    }

    [Fact]
    public void Another_time_than_the_ledgers_fails()
    {
        var restored = Restored(7);
        restored = restored with { Newest = [restored.Newest[0] with { At = Start }, .. restored.Newest.Skip(1)] };

        Assert.Equal(Verdict.Failed, HeartbeatCheck.Compare(restored, Ledger, new Lsn(7500), null).Result.Verdict);
    }

    [Fact]
    public void Without_a_ledger_nothing_is_proved() => Assert.Equal(
        Verdict.Inconclusive, HeartbeatCheck.Compare(Restored(7), [], new Lsn(7500), null).Result.Verdict);

    [Fact]
    public void A_table_that_is_gone_fails() => Assert.Equal(
        Verdict.Failed,
        HeartbeatCheck.Compare(
            new RestoredHeartbeats(false, 0, null, null, []), Ledger, new Lsn(7500), null).Result.Verdict);

    [Fact]
    public void Where_none_surely_lies_before_the_point_nothing_is_proved()
    {
        List<Heartbeat> unplaced = [.. Ledger.Select(heartbeat => heartbeat with { Lsn = default })];
        List<Heartbeat> later = [.. Ledger.Skip(4)];

        Assert.Equal(
            Verdict.Inconclusive, HeartbeatCheck.Compare(Restored(7), unplaced, new Lsn(7500), null).Result.Verdict);
        Assert.NotEqual(
            Verdict.Passed,
            HeartbeatCheck.Compare(new(true, 0, null, null, []), later, new Lsn(500), Start).Result.Verdict);
    }

    [Fact]
    public void Before_the_very_first_there_is_nothing_to_find() => Assert.Equal(
        (Verdict.Passed, 0L),
        (HeartbeatCheck.Compare(new(false, 0, null, null, []), Ledger, new Lsn(500), Start).Result.Verdict,
            HeartbeatCheck.Compare(new(true, 0, null, null, []), Ledger, new Lsn(500), Start).Lost));

    [Fact]
    public void Ones_that_came_into_the_ledger_late_may_be_restored()
    {
        List<Heartbeat> late =
        [
            .. Ledger.Take(5), .. Ledger.Skip(5).Select(heartbeat => heartbeat with { Lsn = new Lsn(99_000) }),
        ];

        Assert.Equal(
            Verdict.Passed,
            HeartbeatCheck.Compare(Restored(8), late, new Lsn(8500), Start.AddSeconds(85)).Result.Verdict);
    }

    [Fact]
    public void Where_ids_began_again_only_those_on_the_way_count()
    {
        List<Heartbeat> ledger =
        [
            .. Ledger, new(7, Start.AddSeconds(200), new Lsn(6500)), new(8, Start.AddSeconds(210), new Lsn(7500)),
        ];

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], HeartbeatCheck.OnTheWay(ledger, null).Select(heartbeat => heartbeat.Id));
        Assert.Equal(Start.AddSeconds(200), HeartbeatCheck.OnTheWay(ledger, Start.AddSeconds(205))[6].At);
        Assert.Equal(10, HeartbeatCheck.OnTheWay(ledger, Start.AddSeconds(150)).Count);
    }

    private static HeartbeatFinding Compare(int last, ulong reached, DateTimeOffset? until = null) =>
        HeartbeatCheck.Compare(Restored(last), Ledger, new Lsn(reached), until ?? Start.AddSeconds(reached / 100.0));

    private static RestoredHeartbeats Restored(int last) =>
        new(true, last, 1, last, [.. Ledger.Take(last).Reverse()]);
}
