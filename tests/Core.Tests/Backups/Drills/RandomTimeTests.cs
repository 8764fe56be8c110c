using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Physical;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>What the window claims and what a restore gives agree.</summary>
[Collection(FaultMatrix.Collection)]
public sealed class RandomTimeTests(FaultMatrix matrix)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_time_of_the_window_is_reached_and_brings_the_heartbeats_that_the_ledger_predicts()
    {
        await using var copy = await DamagedCopy.MakeAsync(
            matrix.Specimen,
            Path.Combine(matrix.Room.Folder, "random"),
            matrix.Room.Database,
            NullLoggerFactory.Instance,
            CancellationToken);
        var window = await copy.Services.GetRequiredService<RecoveryWindows>().ReadAsync(
            SelfTestServices.Server, CancellationToken);
        var span = Assert.Single(window.Spans);
        var drill = copy.Services.GetServices<IDrill>().Single(one => one.Method is DrillMethod.Physical);
        var random = new Random(LongRun.Seed);
        for (var run = 0; run < LongRun.Or(3, 200); run++)
        {
            var time = run == 0 ? span.From : span.From + ((span.To - span.From) * random.NextDouble());
            var log = new DrillLog(TimeProvider.System, null, NullLogger.Instance);
            var found = new DrillFindings();
            await drill.RunAsync(Test(time), log, found, CancellationToken);
            log.Complete(drill.Checks);

            Assert.True(
                Verdicts.Of(log.Checks) is Verdict.Passed,
                $"seed {LongRun.Seed}: {time:O} in {span.From:O} to {span.To:O}: "
                + string.Join(" ", Verdicts.Reasons(log.Checks)));
            Assert.Equal(0, found.LostHeartbeats);
        }
    }

    private static RestoreTest Test(DateTimeOffset time) => new()
    {
        Id = Guid.CreateVersion7(),
        Server = SelfTestServices.Server,
        Method = DrillMethod.Physical,
        Status = TestStatus.Running,
        CreatedAt = TimeProvider.System.GetUtcNow(),
        Target = new DrillTarget("time", DrillTargets.Write(time), "a random time"),
    };
}
