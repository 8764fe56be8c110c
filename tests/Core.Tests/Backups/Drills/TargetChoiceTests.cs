using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Physical;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Tests.Backups.Drills;

public sealed class TargetChoiceTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid Base = Guid.CreateVersion7();

    private static readonly RecoveryWindow Window = new()
    {
        Server = "main",
        AsOf = Start.AddHours(10),
        Earliest = Start,
        Latest = Start.AddHours(8),
        Spans =
        [
            new(Base, 1, Start, Start.AddHours(1), new Lsn(0x1000_0028), new Lsn(0x1200_0000)),
            new(Base, 1, Start.AddHours(7), Start.AddHours(8), new Lsn(0x2000_0028), new Lsn(0x2300_0000)),
        ],
        Holes = [],
    };

    [Fact]
    public void Turns_go_round_and_each_says_why()
    {
        List<DrillEvidence> earlier = [];
        List<string> choices = [];
        for (var turn = 0; turn < 8; turn++)
        {
            var choice = Next(earlier, [new TimelineSwitch(1, new Lsn(0x2100_0000), "")]);
            choices.Add(choice.Described.Choice);
            earlier.Insert(0, Evidence(choice.Described));
        }

        Assert.Equal(
            [
                TargetChoice.NewestPoint, TargetChoice.RandomTime, TargetChoice.AfterBase, TargetChoice.SegmentEdge,
                TargetChoice.RandomTime, TargetChoice.TimelineSwitch, TargetChoice.Oldest, TargetChoice.RandomTime,
            ],
            choices);
    }

    [Fact]
    public void A_turn_that_does_not_exist_here_is_left_out()
    {
        var earlier = Enumerable.Range(0, 5).Select(
            _ => Evidence(new("newest", "", TargetChoice.NewestPoint))).ToList();

        Assert.Equal(TargetChoice.Oldest, Next(earlier, []).Described.Choice);
    }

    [Fact]
    public void Random_times_are_spread_over_what_can_be_restored_and_never_in_a_hole()
    {
        var earlier = new[] { Evidence(new("newest", "", TargetChoice.NewestPoint)) };
        var random = new Random(5);
        var times = Enumerable.Range(0, 1000)
            .Select(
                _ => Assert.IsType<TargetChoice>(TargetChoice.Next([], Window, earlier, [], random)).Target.Time
                    ?? default)
            .ToList();

        Assert.All(times, time => Assert.Contains(Window.Spans, span => span.From <= time && time <= span.To));
        Assert.InRange(times.Count(time => time < Start.AddHours(2)), 430, 570);
    }

    [Fact]
    public void Edges_of_segments_lie_on_edges_within_the_window()
    {
        var earlier = Enumerable.Range(0, 3).Select(
            _ => Evidence(new("newest", "", TargetChoice.NewestPoint))).ToList();
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var lsn = Next(earlier, []).Target.Lsn ?? default;

            Assert.Equal(0UL, lsn.Value % WalSegment.DefaultSize);
            Assert.Contains(Window.Spans, span => span.FromLsn < lsn && lsn <= span.ToLsn);
        }
    }

    [Fact]
    public void Where_nothing_can_be_restored_there_is_no_choice() =>
        Assert.Null(TargetChoice.Next([], Window with { Spans = [] }, [], [], new Random(1)));

    private static TargetChoice Next(IReadOnlyList<DrillEvidence> earlier, IReadOnlyList<TimelineSwitch> switches) =>
        TargetChoice.Next([], Window, earlier, switches, Random.Shared)
            ?? throw new InvalidOperationException("no choice");

    private static DrillEvidence Evidence(DrillTarget target) => new()
    {
        TestId = Guid.NewGuid(),
        Server = "main",
        Method = DrillMethod.Physical,
        Verdict = Verdict.Passed,
        Reasons = [],
        StartedAt = Start,
        FinishedAt = Start,
        RequestedBy = "a",
        Target = target,
        Phases = [],
        Checks = [],
        Rpo = new Objective(1, null, null),
        Rto = new Objective(1, null, null),
        TesterVersion = "1",
        Machine = "m",
        Teardown = "gone",
    };
}
