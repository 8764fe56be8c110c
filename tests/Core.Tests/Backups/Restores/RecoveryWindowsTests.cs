using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Retention;
using RecoveryOS.Core.Backups.Verifications;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Chains;

namespace RecoveryOS.Core.Tests.Backups.Restores;

[Collection(RestoreCollection.Name)]
public sealed class RecoveryWindowsTests(RestoreSpecimen specimen)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_archive_has_one_stretch_to_the_last_commit()
    {
        var window = await ReadAsync(specimen.StoreFolder);

        Assert.Empty(window.Holes);
        Assert.Equal(specimen.First.Physical?.FinishedAt, window.Earliest);
        // The commit comes after the clock was read for its row.
        Assert.InRange(
            window.Latest.GetValueOrDefault(), specimen.Beats[^1].At, specimen.Beats[^1].At + TimeSpan.FromSeconds(5));
        Assert.Equal(
            [specimen.First.Physical?.Id, specimen.Second.Physical?.Id],
            window.Spans.Select(span => (Guid?)span.BackupId));
        Assert.True(window.PredictedRtoSeconds > 0);
        Assert.Contains("assumed", window.Prediction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_segment_is_a_hole_up_to_the_next_base()
    {
        var (store, gone) = await WithoutSegmentOfAsync("hole", specimen.Beats[7].Lsn);

        var window = await ReadAsync(store);

        var hole = Assert.Single(window.Holes);
        Assert.Contains(gone.Name, hole.Reason, StringComparison.Ordinal);
        Assert.InRange(hole.From, specimen.Beats[4].At, specimen.Beats[5].At);
        Assert.Equal(specimen.Second.Physical?.FinishedAt, hole.To);
        var refused = await RefusedAsync(store, RestoreTarget.ToTime(specimen.Beats[7].At));
        Assert.Contains(gone.Name, refused.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"{RestoreTarget.Format(hole.From)} and {RestoreTarget.Format(hole.To)}.",
            refused.Message,
            StringComparison.Ordinal);
        Assert.Contains(
            gone.Name,
            (await RefusedAsync(store, RestoreTarget.ToLsn(specimen.Beats[7].Lsn))).Message,
            StringComparison.Ordinal);
        Assert.Equal(
            specimen.First.Sequence,
            (await PlanAsync(store, RestoreTarget.ToTime(specimen.Beats[2].At))).CatalogueSequence);
        Assert.Equal(specimen.Second.Sequence, (await PlanAsync(store, RestoreTarget.Newest)).CatalogueSequence);
    }

    [Fact]
    public async Task A_missing_segment_after_the_last_base_ends_the_window()
    {
        var (store, gone) = await WithoutSegmentOfAsync("cut", specimen.Beats[^6].Lsn);

        var window = await ReadAsync(store);

        Assert.All(window.Holes, hole => Assert.Contains(gone.Name, hole.Reason, StringComparison.Ordinal));
        Assert.Equal(window.AsOf, window.Holes[^1].To);
        Assert.True(window.Latest < specimen.Beats[^6].At);
    }

    [Fact]
    public async Task A_base_without_an_archive_is_a_point()
    {
        var store = await specimen.CopyStoreAsync("point", CancellationToken);
        Directory.Delete(Path.Combine(store, RestoreSpecimen.Server, "wal"), recursive: true);

        var window = await ReadAsync(store);

        Assert.All(window.Spans, span => Assert.Equal(span.From, span.To));
        Assert.Equal(2, window.Spans.Count);
        Assert.Contains("No archived WAL", window.Holes[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WAL_that_retention_removed_leaves_points_and_is_no_hole_and_no_damage()
    {
        var store = await specimen.CopyStoreAsync("retained", CancellationToken);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(store, RestoreSpecimen.Server, "wal", "00000001")))
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        var rules = Options.Create(new BackupOptions { Retention = new RetentionOptions { Last = 2, WindowDays = 0 } });
        var pruner = new BackupPruner(specimen.Catalogue(store), specimen.Vault(store), rules, TimeProvider.System);

        var removed = (await pruner.RunAsync(RestoreSpecimen.Server, CancellationToken)).RemovedObjects;
        var window = await ReadAsync(store);
        var finding = await new WalInspection(
            specimen.Catalogue(store), new WalArchive(specimen.Vault(store)), TimeProvider.System)
            .LookAsync(RestoreSpecimen.Server, ChainProgress.None, CancellationToken);

        Assert.True(removed > 0);
        Assert.Empty(window.Holes);
        Assert.Equal([true, false], window.Spans.Select(span => span.From == span.To));
        Assert.Empty(finding.Damages);
        Assert.Equal(specimen.Second.Physical?.StartLsn, finding.From);
        Assert.Equal(
            RecoverySetting.Consistency, (await PlanAsync(store, RestoreTarget.ToTime(window.Spans[0].To))).Recovery);
        var refused = await RefusedAsync(store, RestoreTarget.ToTime(specimen.Beats[7].At));
        Assert.Contains("is kept no longer", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_after_the_last_commit_is_refused_with_the_last_that_is_possible()
    {
        var window = await ReadAsync(specimen.StoreFolder);
        var latest = window.Latest.GetValueOrDefault();

        var refused = await RefusedAsync(specimen.StoreFolder, RestoreTarget.ToTime(latest + TimeSpan.FromHours(1)));

        Assert.Contains(RestoreTarget.Format(latest), refused.Message, StringComparison.Ordinal);
        Assert.Equal(
            RecoverySetting.LsnName,
            (await PlanAsync(specimen.StoreFolder, RestoreTarget.ToTime(latest))).Recovery.Name);
    }

    [Fact]
    public async Task A_time_before_the_first_base_is_refused_with_the_first_that_is_possible()
    {
        var first = specimen.First.Physical?.FinishedAt ?? default;

        var refused = await RefusedAsync(specimen.StoreFolder, RestoreTarget.ToTime(first - TimeSpan.FromSeconds(1)));

        Assert.Contains(RestoreTarget.Format(first), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_nowhere_is_refused()
    {
        var refused = await RefusedAsync(specimen.StoreFolder, RestoreTarget.ToName("nowhere"));

        Assert.Contains("\"nowhere\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_segments_that_a_time_needs_are_fetched()
    {
        var plan = await PlanAsync(specimen.StoreFolder, RestoreTarget.ToTime(specimen.Beats[2].At));

        var last = WalSegment.Containing(1, specimen.Beats[3].Lsn, WalSegment.DefaultSize);
        Assert.InRange(plan.Segments[^1].Segment.Number, last.Number, last.Number + 1);
    }

    private async Task<(string Store, WalSegment Gone)> WithoutSegmentOfAsync(string name, Lsn lsn)
    {
        var store = await specimen.CopyStoreAsync(name, CancellationToken);
        var gone = WalSegment.Containing(1, lsn, WalSegment.DefaultSize);
        await specimen.Vault(store).Store.DeleteAsync(
            WalObjectName.Of(RestoreSpecimen.Server, gone), CancellationToken);
        return (store, gone);
    }

    private Task<RecoveryWindow> ReadAsync(string store) =>
        specimen.Windows(store).ReadAsync(RestoreSpecimen.Server, CancellationToken);

    private Task<RestorePlan> PlanAsync(string store, RestoreTarget target) =>
        specimen.Planner(store).PlanAsync(RestoreSpecimen.Server, target, CancellationToken);

    private async Task<BackupException> RefusedAsync(string store, RestoreTarget target)
    {
        var exception = await Assert.ThrowsAsync<BackupException>(() => PlanAsync(store, target));
        Assert.Equal("target_outside_window", exception.Code);
        return exception;
    }
}
