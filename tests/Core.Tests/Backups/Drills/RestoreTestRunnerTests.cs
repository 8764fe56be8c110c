using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Evidence;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Core.Backups.Telemetry;
using RecoveryOS.Core.Backups.Verifications;
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
            await Copy.Services.GetRequiredService<EvidenceReader>().VerifyAsync(SelfTestServices.Server, test.Id, CancellationToken));
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
        foreach (var name in Copy.Files($"{SelfTestServices.Server}/backups/").Where(name => name.Contains("base", StringComparison.Ordinal)))
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
            services.GetRequiredService<Core.Backups.Restores.RecoveryWindows>(), Room.Tests, new JobResults(Room.Database), Room.Alarms(),
            Options.Create(Copy.Options), clock);
        await report.RunAsync(CancellationToken);
        Assert.Empty(await Room.Alarms().ListAsync(CancellationToken));

        clock.Advance(TimeSpan.FromHours(49));
        await report.RunAsync(CancellationToken);

        Assert.Contains(
            "restore_not_verified", (await Room.Alarms().ListAsync(CancellationToken)).Select(alarm => alarm.Kind));
    }

    private BackupCatalogue Catalogue => Copy.Services.GetRequiredService<BackupCatalogue>();

    private RestoreTestRunner Runner() => new(
        Room.Tests,
        Copy.Services.GetServices<IDrill>().Where(drill => drill.Method is not DrillMethod.Azure),
        Copy.Services.GetRequiredService<EvidenceWriter>(),
        Catalogue,
        new VerifierState(Room.Database),
        Room.Alarms(),
        new BackupMetrics(Copy.Services.GetRequiredService<IMeterFactory>(), TimeProvider.System),
        Options.Create(Copy.Options),
        TimeProvider.System,
        NullLogger<RestoreTestRunner>.Instance);

    private static NewRestoreTest Asked(string? kind) => new(
        SelfTestServices.Server, DrillMethod.Physical, kind is null ? null : new DrillTarget(kind, "", "asked for"));

    private async Task<RestoreTest> FindAsync(Guid id) =>
        await Room.Tests.FindAsync(id, CancellationToken)
            ?? throw new InvalidOperationException("there is no such test");
}

internal static class Outcomes
{
    public static (TestStatus Status, Verdict? Verdict) Outcome(this RestoreTest test) => (test.Status, test.Verdict);
}
