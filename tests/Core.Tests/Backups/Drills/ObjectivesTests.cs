using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Drills;

namespace RecoveryOS.Core.Tests.Backups.Drills;

public sealed class ObjectivesTests
{
    [Theory]
    [InlineData(3600.0, 0, Verdict.Passed, "The restore took 3600.0 s of 3600 s, up to the first answer.")]
    [InlineData(
        9.04, 10, Verdict.Passed,
        "The restore took 9.0 s of 3600 s, up to the first answer, with at most 10 % of one processor.")]
    [InlineData(3600.1, 0, Verdict.Failed, "The restore took 3600.1 s, expected at most 3600 s.")]
    [InlineData(
        4000.0, 25, Verdict.Failed,
        "The restore took 4000.0 s, with at most 25 % of one processor, expected at most 3600 s.")]
    [InlineData(null, 0, Verdict.Inconclusive, "How long a restore takes was not measured.")]
    public void A_restore_is_held_against_its_target(double? seconds, int percent, Verdict verdict, string detail)
    {
        var result = Objectives.Rto(
            new DrillOptions(), new DrillFindings { RtoSeconds = seconds, CpuPercent = percent });

        Assert.Equal((verdict, detail), (result.Verdict, result.Detail));
    }

    [Theory]
    [InlineData(DrillMethod.Physical, 1 + 2 + 8 + 16 + 32 + 64)]
    [InlineData(DrillMethod.Logical, 1 + 2 + 4 + 8 + 16 + 32 + 64)]
    public void Only_the_steps_of_a_restore_count_for_the_RTO(DrillMethod method, double seconds)
    {
        string[] phases = ["fetch", "wal", "verify", "start", "replay", "promote", "first_query", "checks", "teardown"];

        Assert.Equal(seconds, Objectives.RtoSeconds(
            method, phases.Select((name, index) => new DrillPhase(name, Math.Pow(2, index), null))));
    }
}
