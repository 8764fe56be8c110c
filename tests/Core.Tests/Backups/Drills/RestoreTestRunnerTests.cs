using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Evidence;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Telemetry;
using RecoveryOS.Core.Backups.Verifications;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Chains;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>Whole tests, from the queue to the catalogue, of copies of one specimen.</summary>
[Collection(FaultMatrix.Collection)]
public sealed class RestoreTestRunnerTests(FaultMatrix matrix, PostgresFixture postgres) : IAsyncLifetime
{
    private DrillRoom? opened;
    private DamagedCopy? copied;

    private DrillRoom Room => opened ?? throw new InvalidOperationException("not opened");

    private DamagedCopy Copy => copied ?? throw new InvalidOperationException("not copied");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        opened = await DrillRoom.OpenAsync(postgres);
        copied = await DamagedCopy.MakeAsync(
            matrix.Specimen,
            Path.Combine(matrix.Room.Folder, $"copy-{Guid.NewGuid():N}"),
            Room.Database,
            NullLoggerFactory.Instance,
            CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Copy.DisposeAsync();
        await Room.DisposeAsync();
    }

    [Fact]
    public async Task A_test_that_passes_is_signed_chained_written_down_and_leaves_nothing()
    {
        var test = await Room.Tests.QueueAsync(Asked("newest"), "somebody", CancellationToken);

        var evidence = Assert.IsType<DrillEvidence>(await Runner().RunAsync(test.Id, null, CancellationToken));

        Assert.Equal("", string.Join("; ", evidence.Reasons));
        Assert.Equal(
            (Verdict.Passed, 0L, "somebody"), (evidence.Verdict, evidence.LostHeartbeats, evidence.RequestedBy));
        Assert.Contains("after LSN", evidence.Reached?.Proof, StringComparison.Ordinal);
        Assert.InRange(evidence.Rto.ActualSeconds ?? -1, 0.01, 600);
        Assert.InRange(evidence.Rpo.ActualSeconds ?? -1, 0, 3600);
        var entry = (await Catalogue.ReadAsync(SelfTestServices.Server, CancellationToken))[^1].Tested;
        Assert.Equal((test.Id, "passed"), (entry?.TestId, entry?.Verdict));
        Assert.NotNull(entry?.ProvenUntil);
        var valid = Assert.IsType<EvidenceVerification.Valid>(
            await Copy.Services.GetRequiredService<EvidenceReader>()
                .VerifyAsync(SelfTestServices.Server, test.Id, CancellationToken));
        Assert.Equal(entry.EvidenceSha256, valid.File.Sha256);
        Assert.Equal((TestStatus.Finished, Verdict.Passed), (await FindAsync(test.Id)).Outcome());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Copy.Options.Folder, "scratch")));
        Assert.Empty(await Room.Alarms().ListAsync(CancellationToken));
    }

    [Fact]
    public async Task The_first_scheduled_test_of_a_backup_is_of_its_manifest()
    {
        var test = await Room.Tests.QueueAsync(Asked(null), "schedule", CancellationToken);

        var evidence = Assert.IsType<DrillEvidence>(await Runner().RunAsync(test.Id, null, CancellationToken));

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
        var test = await Room.Tests.QueueAsync(Asked("newest"), "somebody", CancellationToken);

        await Runner().RunQueuedAsync(CancellationToken);

        Assert.Equal((TestStatus.Finished, Verdict.Failed), (await FindAsync(test.Id)).Outcome());
        Assert.Equal("restore_test_failed", Assert.Single(await Room.Alarms().ListAsync(CancellationToken)).Kind);
        Assert.Null((await Catalogue.ReadAsync(SelfTestServices.Server, CancellationToken))[^1].Tested?.ProvenUntil);

        var azure = await Room.Tests.QueueAsync(
            Asked(null) with { Method = DrillMethod.Azure }, "somebody", CancellationToken);
        await Runner().RunQueuedAsync(CancellationToken);
        Assert.Equal((TestStatus.Finished, Verdict.Inconclusive), (await FindAsync(azure.Id)).Outcome());
    }

    [Fact]
    public async Task A_killed_test_is_closed_as_inconclusive_with_its_phase()
    {
        var test = await Room.Tests.QueueAsync(Asked("newest"), "somebody", CancellationToken);
        var claimed = Assert.IsType<ClaimedTest>(await Room.Tests.ClaimAsync(null, CancellationToken));
        await Room.Tests.SeeAsync(claimed, "replay", CancellationToken);
        await Room.QueryAsync("UPDATE restore_tests SET seen_at = now() - interval '5 minutes' RETURNING id");

        await Runner().RunQueuedAsync(CancellationToken);

        var closed = await FindAsync(test.Id);
        Assert.Equal((TestStatus.Finished, Verdict.Inconclusive), closed.Outcome());
        Assert.Equal("tester: The tester was killed in phase replay.", Assert.Single(closed.Reasons));
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
            var test = await Room.Tests.QueueAsync(Asked(null), "schedule", CancellationToken);
            choices.Add((await Runner().RunAsync(test.Id, null, CancellationToken))?.Target?.Choice);
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
    public async Task While_the_store_is_away_evidence_is_written_again_and_again()
    {
        var store = new StumblingStore(Copy.Vault.Store) { Failures = 3 };
        var test = await Room.Tests.QueueAsync(Asked(null), "somebody", CancellationToken);

        var evidence = Assert.IsType<DrillEvidence>(await Runner(
            Closing(new BackupVault(store, Options.Create(Copy.Options)), new HastyTime()),
            new EasyDrill()).RunAsync(test.Id, null, CancellationToken));

        Assert.Equal((Verdict.Passed, 0), (evidence.Verdict, store.Failures));
        Assert.Equal((TestStatus.Finished, Verdict.Passed), (await FindAsync(test.Id)).Outcome());
        Assert.Equal(
            test.Id, (await Catalogue.ReadAsync(SelfTestServices.Server, CancellationToken))[^1].Tested?.TestId);
    }

    [Fact]
    public async Task A_test_whose_evidence_can_not_be_written_ends_and_is_no_pass()
    {
        var store = new StumblingStore(Copy.Vault.Store) { Failures = int.MaxValue };
        var test = await Room.Tests.QueueAsync(Asked(null), "somebody", CancellationToken);

        var evidence = Assert.IsType<DrillEvidence>(await Runner(
            Closing(new BackupVault(store, Options.Create(Copy.Options)), new HastyTime()),
            new EasyDrill()).RunAsync(test.Id, null, CancellationToken));

        Assert.Equal(Verdict.Inconclusive, evidence.Verdict);
        Assert.StartsWith("evidence: ", Assert.Single(evidence.Reasons), StringComparison.Ordinal);
        Assert.Equal((TestStatus.Finished, Verdict.Inconclusive), (await FindAsync(test.Id)).Outcome());
        Assert.Equal("restore_test_inconclusive", Assert.Single(await Room.Alarms().ListAsync(CancellationToken)).Kind);
    }

    [Fact]
    public async Task A_test_that_the_database_does_not_take_is_no_pass_and_is_closed_later_by_its_own_evidence()
    {
        var test = await Room.Tests.QueueAsync(Asked(null), "somebody", CancellationToken);
        var drill =
            new EasyDrill { Then = () => Room.QueryAsync("ALTER TABLE restore_tests RENAME TO away; SELECT 1") };

        var evidence = Assert.IsType<DrillEvidence>(
            await Runner(Closing(Copy.Vault, new HastyTime()), drill).RunAsync(test.Id, null, CancellationToken));
        Assert.Equal(Verdict.Inconclusive, evidence.Verdict);

        await Room.QueryAsync("""
            ALTER TABLE away RENAME TO restore_tests;
            UPDATE restore_tests SET seen_at = now() - interval '5 minutes' RETURNING id
            """);
        await Runner().RunQueuedAsync(CancellationToken);

        Assert.Equal(TestStatus.Finished, (await FindAsync(test.Id)).Status);
        Assert.NotEqual(Verdict.Passed, (await FindAsync(test.Id)).Verdict);
    }

    [Fact]
    public async Task What_a_tester_signed_before_it_was_killed_counts_and_is_chained_once()
    {
        var test = await Room.Tests.QueueAsync(Asked(null), "somebody", CancellationToken);
        var claimed = Assert.IsType<ClaimedTest>(await Room.Tests.ClaimAsync(null, CancellationToken));
        var evidence = Written(claimed);
        await Closing(Copy.Vault, TimeProvider.System).SignAsync(evidence, CancellationToken);
        var before = (await Catalogue.ReadAsync(SelfTestServices.Server, CancellationToken)).Count;
        await Room.QueryAsync("UPDATE restore_tests SET seen_at = now() - interval '5 minutes' RETURNING id");

        await Runner().RunQueuedAsync(CancellationToken);

        Assert.Equal((TestStatus.Finished, Verdict.Failed), (await FindAsync(test.Id)).Outcome());
        Assert.Equal("rows: they differ.", Assert.Single((await FindAsync(test.Id)).Reasons));
        Assert.Equal(before, (await Catalogue.ReadAsync(SelfTestServices.Server, CancellationToken)).Count);
    }

    [Fact]
    public async Task A_test_of_a_broken_chain_ends_as_failed_though_nothing_can_be_chained()
    {
        Copy.DeleteFile(Copy.Files($"{SelfTestServices.Server}/catalogue/")[0]);
        var test = await Room.Tests.QueueAsync(Asked("newest"), "somebody", CancellationToken);

        await Runner(Closing(Copy.Vault, new HastyTime())).RunQueuedAsync(CancellationToken);

        Assert.Equal((TestStatus.Finished, Verdict.Failed), (await FindAsync(test.Id)).Outcome());
    }

    [Fact]
    public async Task After_a_missed_damage_no_verdict_counts()
    {
        var report = new SelfTestReport(
            TimeProvider.System.GetUtcNow(), [new("row_edited", "data_manifest", [], false, "Nothing was found.", 1)]);
        await Room.Verifier().WriteDownAsync(report, TimeProvider.System.GetUtcNow(), CancellationToken);
        var test = await Room.Tests.QueueAsync(
            new NewRestoreTest(SelfTestServices.Server, DrillMethod.Logical, null), "somebody", CancellationToken);

        var evidence = Assert.IsType<DrillEvidence>(await Runner().RunAsync(test.Id, null, CancellationToken));

        Assert.Equal(Verdict.Inconclusive, evidence.Verdict);
        Assert.Contains("row_edited", Assert.Single(evidence.Reasons), StringComparison.Ordinal);
        Assert.Contains(
            "verifier_failed", (await Room.Alarms().ListAsync(CancellationToken)).Select(alarm => alarm.Kind));
    }

    [Fact]
    public async Task A_second_look_at_the_WAL_reads_only_what_is_new()
    {
        var verification = new WalVerification(
            Copy.Services.GetRequiredService<Core.Backups.Servers.BackupTargets>(),
            Copy.Services.GetRequiredService<WalInspection>(),
            new JobResults(Room.Database), Room.Alarms(), TimeProvider.System);

        var first = await verification.RunAsync(SelfTestServices.Server, fromTheStart: false, CancellationToken);
        var second = await verification.RunAsync(SelfTestServices.Server, fromTheStart: false, CancellationToken);

        Assert.Equal((Verdict.Passed, Verdict.Passed, 0), (first.Verdict, second.Verdict, second.SegmentsRead));
        Assert.InRange(first.SegmentsRead, 4, 20);
        Assert.Equal(first.End, second.End);
        Assert.NotEqual(ChainProgress.None.ToJson(), second.Progress);
    }

    [Fact]
    public async Task The_dead_mans_rule_fires_when_nothing_passed_for_too_long()
    {
        var services = Copy.Services;
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var report = new WindowReport(
            services.GetRequiredService<Core.Backups.Servers.BackupTargets>(), Catalogue,
            services.GetRequiredService<Core.Backups.Restores.RecoveryWindows>(), Room.Tests,
            new JobResults(Room.Database), Room.Alarms(), Options.Create(Copy.Options), clock);
        await report.RunAsync(CancellationToken);
        Assert.Empty(await Room.Alarms().ListAsync(CancellationToken));

        clock.Advance(TimeSpan.FromHours(49));
        await report.RunAsync(CancellationToken);

        Assert.Contains(
            "restore_not_verified", (await Room.Alarms().ListAsync(CancellationToken)).Select(alarm => alarm.Kind));
    }

    private BackupCatalogue Catalogue => Copy.Services.GetRequiredService<BackupCatalogue>();

    private RestoreTestRunner Runner(TestClosing? closing = null, params IDrill[] drills) => new(
        Room.Tests,
        drills is []
            ? Copy.Services.GetServices<IDrill>().Where(drill => drill.Method is not DrillMethod.Azure)
            : drills,
        closing ?? Closing(Copy.Vault, TimeProvider.System),
        new VerifierState(Room.Database),
        Room.Alarms(),
        new BackupMetrics(Copy.Services.GetRequiredService<IMeterFactory>(), TimeProvider.System),
        Options.Create(Copy.Options),
        TimeProvider.System,
        NullLogger<RestoreTestRunner>.Instance);

    private TestClosing Closing(BackupVault vault, TimeProvider time)
    {
        var signer = Copy.Services.GetRequiredService<CatalogueSigner>();
        return new TestClosing(
            Room.Tests, new EvidenceWriter(vault, signer), new EvidenceReader(vault, signer),
            new BackupCatalogue(vault, signer, TimeProvider.System), time, NullLogger<TestClosing>.Instance);
    }

    private static NewRestoreTest Asked(string? kind) => new(
        SelfTestServices.Server, DrillMethod.Physical, kind is null ? null : new DrillTarget(kind, "", "asked for"));

    private async Task<DrillEvidence> RunAsync(DrillTarget target)
    {
        var test = await Room.Tests.QueueAsync(Asked(null) with { Target = target }, "somebody", CancellationToken);
        return Assert.IsType<DrillEvidence>(await Runner().RunAsync(test.Id, null, CancellationToken));
    }

    private async Task<(Verdict Verdict, string Open)> OpenChecksAsync(string kind)
    {
        var evidence = await RunAsync(new DrillTarget(kind, "", "asked for"));
        return (evidence.Verdict, string.Join(
            ' ', evidence.Checks.Where(check => check.Result is not Verdict.Passed).Select(check => check.Name)));
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

    private async Task<RestoreTest> FindAsync(Guid id) =>
        await Room.Tests.FindAsync(id, CancellationToken)
            ?? throw new InvalidOperationException("there is no such test");
}

internal static class Outcomes
{
    public static (TestStatus Status, Verdict? Verdict) Outcome(this RestoreTest test) => (test.Status, test.Verdict);
}
