using System.Text;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Restores.RestoredServers;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Restores;

/// <summary>What cannot be restored as it was ends in a refusal, never in a server that looks restored.</summary>
[Collection(RestoreCollection.Name)]
public sealed class FailedRestoreTests(RestoreSpecimen specimen)
{
    private readonly SpecimenRestores restores = new(specimen);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_segment_that_is_gone_by_then_fails_the_restore()
    {
        var store = await specimen.CopyStoreAsync("gone", CancellationToken);
        var plan = await restores.PlanAsync(store, RestoreTarget.Newest);
        await specimen.Vault(store).Store.DeleteAsync(plan.Segments[^2].Stored.Name, CancellationToken);

        await using var scratch = await specimen.Scratch.CreateAsync(CancellationToken);
        var exception = await Assert.ThrowsAsync<BackupStoreException>(
            () => specimen.Restore(store).FetchAsync(plan, scratch.Data, null, null, CancellationToken));

        Assert.Equal(BackupStoreFailure.Missing, exception.Failure);
    }

    [Fact]
    public async Task A_gap_that_nobody_saw_never_ends_in_a_promotion()
    {
        var plan = await restores.PlanAsync(specimen.StoreFolder, RestoreTarget.Newest);
        var gap = plan with { Segments = [.. plan.Segments.Where((_, index) => index != plan.Segments.Count - 2)] };

        var exception = await Assert.ThrowsAsync<BackupException>(() => restores.RunAsync(specimen.StoreFolder, gap));

        Assert.Equal("recovery_failed", exception.Code);
        Assert.Contains(
            "recovery ended before configured recovery target was reached",
            exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bit_flipped_in_the_WAL_never_ends_in_a_promotion()
    {
        var store = await specimen.CopyStoreAsync("flipped", CancellationToken);
        var plan = await restores.PlanAsync(store, RestoreTarget.Newest);
        // Of the row of the first heartbeat after the base.
        await specimen.SpoilAsync(
            store,
            plan.Segments.First(segment => segment.End > specimen.Beats[21].Lsn),
            content => content[(int)(specimen.Beats[21].Lsn.Value % (ulong)content.Length) - 60] ^= 1,
            CancellationToken);

        var exception = await Assert.ThrowsAsync<BackupException>(
            () => restores.RestoreAsync(store, RestoreTarget.Newest));

        Assert.Equal("recovery_failed", exception.Code);
    }

    [Fact]
    public async Task A_segment_that_somebody_laid_there_without_the_key_is_refused()
    {
        var store = await specimen.CopyStoreAsync("forged", CancellationToken);
        var plan = await restores.PlanAsync(store, RestoreTarget.Newest);
        var forged = plan.Segments[^2].Stored.Name;
        using var content = new MemoryStream();
        await using (var sealedContent = await specimen.Vault(store).OpenAsync(forged, CancellationToken))
            await sealedContent.CopyToAsync(content, CancellationToken);
        await specimen.Vault(store).Store.DeleteAsync(forged, CancellationToken);
        content.Position = 0;
        await specimen.Vault(store).Store.PutAsync(forged, content, CancellationToken);

        var exception = await Assert.ThrowsAsync<BackupStoreException>(
            () => restores.RestoreAsync(store, RestoreTarget.Newest));

        Assert.Equal(BackupStoreFailure.Damaged, exception.Failure);
        Assert.Contains("not sealed", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_that_was_changed_in_the_store_is_refused_and_its_folder_never_started()
    {
        var store = await specimen.CopyStoreAsync("changed", CancellationToken);
        var plan = await restores.PlanAsync(store, RestoreTarget.Newest);
        var file = Path.Combine(store, plan.Base.Base.Name);
        await using (var stored = File.Open(file, FileMode.Open))
        {
            stored.Seek(-5000, SeekOrigin.End);
            var value = stored.ReadByte();
            stored.Seek(-1, SeekOrigin.Current);
            stored.WriteByte((byte)(value ^ 1));
        }

        await using var scratch = await specimen.Scratch.CreateAsync(CancellationToken);
        var exception = await Assert.ThrowsAsync<BackupStoreException>(
            () => specimen.Restore(store).FetchAsync(plan, scratch.Data, null, null, CancellationToken));

        Assert.Equal(BackupStoreFailure.Damaged, exception.Failure);
        await AssertUnfinishedAsync(plan, scratch.Data);
    }

    [Fact]
    public async Task A_file_that_is_not_what_PostgreSQL_sent_is_refused_and_its_folder_never_started()
    {
        var store = await specimen.CopyStoreAsync("forged-manifest", CancellationToken);
        var plan = await restores.PlanAsync(store, RestoreTarget.Newest);
        var vault = specimen.Vault(store);
        await using var stored = await vault.OpenAsync(plan.Base.BackupManifest, CancellationToken);
        using var reader = new StreamReader(stored);
        var manifest = await reader.ReadToEndAsync(CancellationToken);
        var line = manifest.IndexOf("\"Path\": \"global/pg_control\"", StringComparison.Ordinal);
        var sum = manifest.IndexOf("\"Checksum\": \"", line, StringComparison.Ordinal) + "\"Checksum\": \"".Length;
        var forged = await vault.WriteAsync(
            $"{plan.Base.BackupManifest.Name}-forged",
            Encoding.UTF8.GetBytes($"{manifest[..sum]}{new string('0', 64)}{manifest[(sum + 64)..]}"),
            CancellationToken);
        plan = plan with { Base = plan.Base with { BackupManifest = forged } };

        await using var scratch = await specimen.Scratch.CreateAsync(CancellationToken);
        var exception = await Assert.ThrowsAsync<BackupException>(
            () => specimen.Restore(store).FetchAsync(plan, scratch.Data, null, null, CancellationToken));

        Assert.Equal("backup_damaged", exception.Code);
        Assert.Contains("\"global/pg_control\" has another SHA-256", exception.Message, StringComparison.Ordinal);
        await AssertUnfinishedAsync(plan, scratch.Data);
    }

    [Fact]
    public async Task A_cancelled_restore_leaves_a_folder_that_says_so()
    {
        var plan = await restores.PlanAsync(specimen.StoreFolder, RestoreTarget.Newest);
        await using var scratch = await specimen.Scratch.CreateAsync(CancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var progress = new Told(progress =>
        {
            if (progress is { Phase: "fetch", Bytes: > 0 })
                stop.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => specimen.Restore(specimen.StoreFolder).FetchAsync(plan, scratch.Data, null, progress, stop.Token));

        await AssertUnfinishedAsync(plan, scratch.Data);
    }

    [Fact]
    public async Task A_folder_with_something_in_it_is_refused_and_left_as_it_is()
    {
        var plan = await restores.PlanAsync(specimen.StoreFolder, RestoreTarget.Newest);
        await using var scratch = await specimen.Scratch.CreateAsync(CancellationToken);
        Directory.CreateDirectory(scratch.Data);
        await File.WriteAllTextAsync(Path.Combine(scratch.Data, "letter"), "dear", CancellationToken);

        var exception = await Assert.ThrowsAsync<BackupException>(
            () => specimen.Restore(specimen.StoreFolder).FetchAsync(plan, scratch.Data, null, null, CancellationToken));

        Assert.Equal("target_not_empty", exception.Code);
        Assert.Equal([Path.Combine(scratch.Data, "letter")], Directory.EnumerateFileSystemEntries(scratch.Data));
    }

    private static async Task AssertUnfinishedAsync(RestorePlan plan, string folder)
    {
        var again = Assert.Throws<BackupException>(() => PhysicalRestore.Check(plan, folder));
        Assert.Contains("delete the folder", again.Message, StringComparison.Ordinal);
        var started = await Assert.ThrowsAsync<BackupException>(() => RestoredServer.StartAsync(
            new RestoredCluster(folder, plan, [], [], new Dictionary<uint, string>()),
            new RestoredServerOptions(), null, TimeProvider.System, CancellationToken));
        Assert.Equal("restore_unfinished", started.Code);
    }

    private sealed class Told(Action<BackupProgress> tell) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value) => tell(value);
    }
}
