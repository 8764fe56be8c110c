using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>However a test ends, and whatever is away then: nothing passes that was not written down.</summary>
[Collection(FaultMatrix.Collection)]
public sealed class TestClosingTests(FaultMatrix matrix, PostgresFixture postgres) : IAsyncLifetime
{
    private RunnerStage? opened;

    private RunnerStage Stage => opened ?? throw new InvalidOperationException("not opened");

    private DrillRoom Room => Stage.Room;

    private DamagedCopy Copy => Stage.Copy;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await RunnerStage.OpenAsync(matrix, postgres);

    public async ValueTask DisposeAsync() => await Stage.DisposeAsync();

    [Fact]
    public async Task A_killed_test_is_closed_as_inconclusive_with_its_phase()
    {
        var test = await Room.Tests.QueueAsync(RunnerStage.Asked("newest"), "somebody", CancellationToken);
        var claimed = Assert.IsType<ClaimedTest>(await Room.Tests.ClaimAsync(null, CancellationToken));
        await Room.Tests.SeeAsync(claimed, "replay", CancellationToken);
        await Room.QueryAsync("UPDATE restore_tests SET seen_at = now() - interval '5 minutes' RETURNING id");

        await Stage.Runner().RunQueuedAsync(CancellationToken);

        var closed = await Stage.FindAsync(test.Id);
        Assert.Equal((TestStatus.Finished, Verdict.Inconclusive), closed.Outcome());
        Assert.Equal("tester: The tester was killed in phase replay.", Assert.Single(closed.Reasons));
    }

    [Fact]
    public async Task While_the_store_is_away_evidence_is_written_again_and_again()
    {
        var store = new StumblingStore(Copy.Vault.Store) { Failures = 3 };
        var test = await Room.Tests.QueueAsync(RunnerStage.Asked(null), "somebody", CancellationToken);

        var evidence = Assert.IsType<DrillEvidence>(await Stage.Runner(
            Stage.Closing(new BackupVault(store, Options.Create(Copy.Options)), new HastyTime()),
            new EasyDrill()).RunAsync(test.Id, null, CancellationToken));

        Assert.Equal((Verdict.Passed, 0), (evidence.Verdict, store.Failures));
        Assert.Equal((TestStatus.Finished, Verdict.Passed), (await Stage.FindAsync(test.Id)).Outcome());
        Assert.Equal(
            test.Id, (await Stage.Catalogue.ReadAsync(SelfTestServices.Server, CancellationToken))[^1].Tested?.TestId);
    }

    [Fact]
    public async Task A_test_whose_evidence_can_not_be_written_ends_and_is_no_pass()
    {
        var store = new StumblingStore(Copy.Vault.Store) { Failures = int.MaxValue };
        var test = await Room.Tests.QueueAsync(RunnerStage.Asked(null), "somebody", CancellationToken);

        var evidence = Assert.IsType<DrillEvidence>(await Stage.Runner(
            Stage.Closing(new BackupVault(store, Options.Create(Copy.Options)), new HastyTime()),
            new EasyDrill()).RunAsync(test.Id, null, CancellationToken));

        Assert.Equal(Verdict.Inconclusive, evidence.Verdict);
        Assert.StartsWith("evidence: ", Assert.Single(evidence.Reasons), StringComparison.Ordinal);
        Assert.Equal((TestStatus.Finished, Verdict.Inconclusive), (await Stage.FindAsync(test.Id)).Outcome());
        Assert.Equal("restore_test_inconclusive", Assert.Single(await Room.Alarms().ListAsync(CancellationToken)).Kind);
    }

    [Fact]
    public async Task A_test_that_the_database_does_not_take_is_no_pass_and_is_closed_later_by_its_own_evidence()
    {
        var test = await Room.Tests.QueueAsync(RunnerStage.Asked(null), "somebody", CancellationToken);
        var drill =
            new EasyDrill { Then = _ => Room.QueryAsync("ALTER TABLE restore_tests RENAME TO away; SELECT 1") };

        var evidence = Assert.IsType<DrillEvidence>(
            await Stage.Runner(Stage.Closing(Copy.Vault, new HastyTime()), drill)
                .RunAsync(test.Id, null, CancellationToken));
        Assert.Equal(Verdict.Inconclusive, evidence.Verdict);

        await Room.QueryAsync("""
            ALTER TABLE away RENAME TO restore_tests;
            UPDATE restore_tests SET seen_at = now() - interval '5 minutes' RETURNING id
            """);
        await Stage.Runner().RunQueuedAsync(CancellationToken);

        Assert.Equal(TestStatus.Finished, (await Stage.FindAsync(test.Id)).Status);
        Assert.NotEqual(Verdict.Passed, (await Stage.FindAsync(test.Id)).Verdict);
    }

    [Fact]
    public async Task What_a_tester_signed_before_it_was_killed_counts_and_is_chained_once()
    {
        var test = await Room.Tests.QueueAsync(RunnerStage.Asked(null), "somebody", CancellationToken);
        var claimed = Assert.IsType<ClaimedTest>(await Room.Tests.ClaimAsync(null, CancellationToken));
        var evidence = Written(claimed);
        await Stage.Closing(Copy.Vault, TimeProvider.System).SignAsync(evidence, CancellationToken);
        var before = (await Stage.Catalogue.ReadAsync(SelfTestServices.Server, CancellationToken)).Count;
        await Room.QueryAsync("UPDATE restore_tests SET seen_at = now() - interval '5 minutes' RETURNING id");

        await Stage.Runner().RunQueuedAsync(CancellationToken);

        Assert.Equal((TestStatus.Finished, Verdict.Failed), (await Stage.FindAsync(test.Id)).Outcome());
        Assert.Equal("rows: they differ.", Assert.Single((await Stage.FindAsync(test.Id)).Reasons));
        Assert.Equal(before, (await Stage.Catalogue.ReadAsync(SelfTestServices.Server, CancellationToken)).Count);
    }

    [Fact]
    public async Task A_test_of_a_broken_chain_ends_as_failed_though_nothing_can_be_chained()
    {
        Copy.DeleteFile(Copy.Files($"{SelfTestServices.Server}/catalogue/")[0]);
        var test = await Room.Tests.QueueAsync(RunnerStage.Asked("newest"), "somebody", CancellationToken);

        await Stage.Runner(Stage.Closing(Copy.Vault, new HastyTime())).RunQueuedAsync(CancellationToken);

        Assert.Equal((TestStatus.Finished, Verdict.Failed), (await Stage.FindAsync(test.Id)).Outcome());
    }

    private static DrillEvidence Written(ClaimedTest claimed) => new()
    {
        TestId = claimed.Test.Id,
        Server = claimed.Test.Server,
        Method = claimed.Test.Method,
        Verdict = Verdict.Failed,
        Reasons = ["rows: they differ."],
        StartedAt = DateTimeOffset.UnixEpoch,
        FinishedAt = DateTimeOffset.UnixEpoch,
        RequestedBy = "somebody",
        Phases = [],
        Checks = [new DrillCheck("rows", Verdict.Failed, "they differ.", 1)],
        Rpo = new Objective(1, null, null),
        Rto = new Objective(1, null, null),
        TesterVersion = "1",
        Machine = "m",
        Teardown = "gone",
    };
}
