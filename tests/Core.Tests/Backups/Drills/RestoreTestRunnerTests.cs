using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Evidence;
using RecoveryOS.Core.Backups.Drills.Physical;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>Whole tests, from the queue to the catalogue, of copies of one specimen.</summary>
[Collection(FaultMatrix.Collection)]
public sealed class RestoreTestRunnerTests(FaultMatrix matrix, PostgresFixture postgres) : IAsyncLifetime
{
    private RunnerStage? opened;

    private RunnerStage Stage => opened ?? throw new InvalidOperationException("not opened");

    private DrillRoom Room => Stage.Room;

    private DamagedCopy Copy => Stage.Copy;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await RunnerStage.OpenAsync(matrix, postgres);

    public async ValueTask DisposeAsync() => await Stage.DisposeAsync();

    [Fact]
    public async Task A_test_that_passes_is_signed_chained_written_down_and_leaves_nothing()
    {
        var test = await Room.Tests.QueueAsync(RunnerStage.Asked("newest"), "somebody", CancellationToken);

        var evidence = Assert.IsType<DrillEvidence>(await Stage.Runner().RunAsync(test.Id, null, CancellationToken));

        Assert.Equal("", string.Join("; ", evidence.Reasons));
        Assert.Equal(
            (Verdict.Passed, 0L, "somebody"), (evidence.Verdict, evidence.LostHeartbeats, evidence.RequestedBy));
        Assert.Contains("after LSN", evidence.Reached?.Proof, StringComparison.Ordinal);
        Assert.InRange(evidence.Rto.ActualSeconds ?? -1, 0.01, 600);
        Assert.InRange(evidence.Rpo.ActualSeconds ?? -1, 0, 3600);
        var entry = (await Stage.Catalogue.ReadAsync(SelfTestServices.Server, CancellationToken))[^1].Tested;
        Assert.Equal((test.Id, "passed"), (entry?.TestId, entry?.Verdict));
        Assert.NotNull(entry?.ProvenUntil);
        var valid = Assert.IsType<EvidenceVerification.Valid>(
            await Copy.Services.GetRequiredService<EvidenceReader>()
                .VerifyAsync(SelfTestServices.Server, test.Id, CancellationToken));
        Assert.Equal(entry.EvidenceSha256, valid.File.Sha256);
        Assert.Equal((TestStatus.Finished, Verdict.Passed), (await Stage.FindAsync(test.Id)).Outcome());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Copy.Options.Folder, "scratch")));
        Assert.Empty(await Room.Alarms().ListAsync(CancellationToken));
    }

    [Fact]
    public async Task A_test_is_held_back_where_that_is_wanted_and_possible_and_what_it_is_held_to_is_known()
    {
        // A hundred processors: it holds back nobody else's test of this machine.
        const int Percent = 10_000;
        var test = await Room.Tests.QueueAsync(RunnerStage.Asked(null), "somebody", CancellationToken);
        var held = -1;
        var drill = new EasyDrill { Then = found => Task.FromResult(held = found.CpuPercent) };

        await Stage.Runner(new BackupOptions { Drill = new DrillOptions { CpuPercent = Percent } }, null, drill)
            .RunAsync(test.Id, null, CancellationToken);

        Assert.Equal(BackgroundGroup.TryLimit(0) ? Percent : 0, held);
    }

    [Fact]
    public async Task The_first_scheduled_test_of_a_backup_is_of_its_manifest()
    {
        var test = await Room.Tests.QueueAsync(RunnerStage.Asked(null), "schedule", CancellationToken);

        var evidence = Assert.IsType<DrillEvidence>(await Stage.Runner().RunAsync(test.Id, null, CancellationToken));

        Assert.Equal(
            (TargetChoice.Manifest, Verdict.Passed, 0),
            (evidence.Target?.Choice, evidence.Verdict, evidence.MismatchedTables));
        Assert.StartsWith("at restore point", evidence.Reached?.Proof, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_that_fails_is_an_alarm_and_one_that_could_not_look_is_no_pass()
    {
        var bases = Copy.Files($"{SelfTestServices.Server}/backups/")
            .Where(name => name.Contains("base", StringComparison.Ordinal));
        foreach (var name in bases)
            Copy.DeleteFile(name);
        var test = await Room.Tests.QueueAsync(RunnerStage.Asked("newest"), "somebody", CancellationToken);

        await Stage.Runner().RunQueuedAsync(CancellationToken);

        Assert.Equal((TestStatus.Finished, Verdict.Failed), (await Stage.FindAsync(test.Id)).Outcome());
        Assert.Equal("restore_test_failed", Assert.Single(await Room.Alarms().ListAsync(CancellationToken)).Kind);
        var entries = await Stage.Catalogue.ReadAsync(SelfTestServices.Server, CancellationToken);
        Assert.Null(entries[^1].Tested?.ProvenUntil);

        var azure = await Room.Tests.QueueAsync(
            RunnerStage.Asked(null) with { Method = DrillMethod.Azure }, "somebody", CancellationToken);
        await Stage.Runner().RunQueuedAsync(CancellationToken);
        Assert.Equal((TestStatus.Finished, Verdict.Inconclusive), (await Stage.FindAsync(azure.Id)).Outcome());
    }

    [Fact]
    public async Task What_the_rows_of_were_never_compared_does_not_pass_at_another_point_and_does_once_they_were()
    {
        await Copy.ResignAsync(
            entry => entry.Tested is null
                ? entry
                : entry with { Tested = entry.Tested with { ComparedManifest = false } }, CancellationToken);
        Assert.Equal((Verdict.Inconclusive, "data_manifest"), await OpenChecksAsync("newest"));

        Assert.Equal((Verdict.Passed, ""), await OpenChecksAsync("manifest"));
        Assert.Equal((Verdict.Passed, ""), await OpenChecksAsync("newest"));
    }

    [Fact]
    public async Task A_scheduled_test_goes_to_the_manifest_until_that_passed_and_then_to_other_points()
    {
        List<string?> choices = [];
        for (var turn = 0; turn < 2; turn++)
        {
            var test = await Room.Tests.QueueAsync(RunnerStage.Asked(null), "schedule", CancellationToken);
            choices.Add((await Stage.Runner().RunAsync(test.Id, null, CancellationToken))?.Target?.Choice);
        }

        Assert.Equal([TargetChoice.Manifest, TargetChoice.NewestPoint], choices);
    }

    [Fact]
    public async Task A_timeline_switch_is_drilled_to_and_across()
    {
        var history = await Copy.Services.GetRequiredService<WalArchive>()
            .ReadHistoryAsync(SelfTestServices.Server, 2, CancellationToken);
        var at = Assert.Single(history.Switches).At;

        var onto = await RunAsync(new DrillTarget("lsn", at.ToString(), TargetChoice.TimelineSwitch));
        var across = await RunAsync(new DrillTarget("newest", "", TargetChoice.NewestPoint));

        Assert.Equal((Verdict.Passed, Verdict.Passed), (onto.Verdict, across.Verdict));
        Assert.True(
            onto.Reached?.Lsn >= at && across.Reached?.Lsn > onto.Reached?.Lsn,
            $"{at}: {onto.Reached}, {across.Reached}");
    }

    [Fact]
    public async Task After_a_missed_damage_no_verdict_counts()
    {
        var report = new SelfTestReport(
            TimeProvider.System.GetUtcNow(), [new("row_edited", "data_manifest", [], false, "Nothing was found.", 1)]);
        await Room.Verifier().WriteDownAsync(report, TimeProvider.System.GetUtcNow(), CancellationToken);
        var test = await Room.Tests.QueueAsync(
            new NewRestoreTest(SelfTestServices.Server, DrillMethod.Logical, null), "somebody", CancellationToken);

        var evidence = Assert.IsType<DrillEvidence>(await Stage.Runner().RunAsync(test.Id, null, CancellationToken));

        Assert.Equal(Verdict.Inconclusive, evidence.Verdict);
        Assert.Contains("row_edited", Assert.Single(evidence.Reasons), StringComparison.Ordinal);
        Assert.Contains(
            "verifier_failed", (await Room.Alarms().ListAsync(CancellationToken)).Select(alarm => alarm.Kind));
    }

    private async Task<DrillEvidence> RunAsync(DrillTarget target)
    {
        var test = await Room.Tests.QueueAsync(
            RunnerStage.Asked(null) with { Target = target }, "somebody", CancellationToken);
        return Assert.IsType<DrillEvidence>(await Stage.Runner().RunAsync(test.Id, null, CancellationToken));
    }

    private async Task<(Verdict Verdict, string Open)> OpenChecksAsync(string kind)
    {
        var evidence = await RunAsync(new DrillTarget(kind, "", "asked for"));
        return (evidence.Verdict, string.Join(
            ' ', evidence.Checks.Where(check => check.Result is not Verdict.Passed).Select(check => check.Name)));
    }
}
