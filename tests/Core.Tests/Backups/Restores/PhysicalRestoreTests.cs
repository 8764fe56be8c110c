using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Tests.Backups.Restores;

[Collection(RestoreCollection.Name)]
public sealed class PhysicalRestoreTests(RestoreSpecimen specimen)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_newest_point_brings_back_every_commit_before_the_kill()
    {
        var restored = await RestoreAsync(specimen.StoreFolder, RestoreTarget.Newest);

        Assert.Equal(specimen.Beats.Count, restored.Beats);
        Assert.Equal(specimen.Second.Sequence, restored.Plan.CatalogueSequence);
        Assert.StartsWith("after LSN ", restored.Reached.Proof, StringComparison.Ordinal);
        Assert.Equal(2000, restored.Far);
        Assert.Equal(2u, restored.Timeline);
        Assert.Contains(restored.Plan.Segments, segment => !segment.IsWhole);
    }

    [Fact]
    public async Task A_time_brings_back_what_was_committed_until_then()
    {
        var last = specimen.Beats[7];

        var restored = await RestoreAsync(specimen.StoreFolder, RestoreTarget.ToTime(Between(last, specimen.Beats[8])));

        Assert.Equal(last.Id, restored.Beats);
        Assert.Equal(specimen.First.Sequence, restored.Plan.CatalogueSequence);
        Assert.StartsWith("before ", restored.Reached.Proof, StringComparison.Ordinal);
        Assert.True(restored.Reached.At < specimen.Beats[8].At);
    }

    [Fact]
    public async Task A_position_brings_back_what_was_committed_before_it()
    {
        var restored = await RestoreAsync(specimen.StoreFolder, RestoreTarget.ToLsn(specimen.Beats[12].Lsn));

        // The record that begins there is the next heartbeat's insert, not yet its commit.
        Assert.Equal(13, restored.Beats);
    }

    [Fact]
    public async Task A_named_point_is_found_in_the_WAL()
    {
        var restored = await RestoreAsync(specimen.StoreFolder, RestoreTarget.ToName(RestoreSpecimen.PointName));

        Assert.Equal(specimen.BeatsBeforePoint, restored.Beats);
        Assert.Equal($"at restore point \"{RestoreSpecimen.PointName}\"", restored.Reached.Proof);
    }

    [Fact]
    public async Task A_base_without_an_archive_is_restored_to_its_own_end()
    {
        var store = await specimen.CopyStoreAsync("no-wal", CancellationToken);
        Directory.Delete(Path.Combine(store, RestoreSpecimen.Server, "wal"), recursive: true);

        var restored = await RestoreAsync(store, RestoreTarget.Newest);

        Assert.True(restored.Plan.UsesStreamedWal);
        Assert.Equal("reached consistency", restored.Reached.Proof);
        Assert.Equal(20, restored.Beats);
    }

    [Fact]
    public async Task A_segment_that_is_gone_by_then_fails_the_restore()
    {
        var store = await specimen.CopyStoreAsync("gone", CancellationToken);
        var plan = await PlanAsync(store, RestoreTarget.Newest);
        await specimen.Vault(store).Store.DeleteAsync(plan.Segments[^2].Stored.Name, CancellationToken);

        await using var scratch = await specimen.Scratch.CreateAsync(CancellationToken);
        var exception = await Assert.ThrowsAsync<BackupStoreException>(
            () => specimen.Restore(store).FetchAsync(plan, scratch.Data, null, null, CancellationToken));

        Assert.Equal(BackupStoreFailure.Missing, exception.Failure);
    }

    [Fact]
    public async Task A_gap_that_nobody_saw_never_ends_in_a_promotion()
    {
        var plan = await PlanAsync(specimen.StoreFolder, RestoreTarget.Newest);
        var gap = plan with { Segments = [.. plan.Segments.Where((_, index) => index != plan.Segments.Count - 2)] };

        var exception = await Assert.ThrowsAsync<BackupException>(() => RunAsync(specimen.StoreFolder, gap));

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
        var plan = await PlanAsync(store, RestoreTarget.Newest);
        // Of the row of the first heartbeat after the base.
        await specimen.SpoilAsync(
            store,
            plan.Segments.First(segment => segment.End > specimen.Beats[21].Lsn),
            content => content[(int)(specimen.Beats[21].Lsn.Value % (ulong)content.Length) - 60] ^= 1,
            CancellationToken);

        var exception = await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(store, RestoreTarget.Newest));

        Assert.Equal("recovery_failed", exception.Code);
    }

    [Fact]
    public async Task A_segment_that_somebody_laid_there_without_the_key_is_refused()
    {
        var store = await specimen.CopyStoreAsync("forged", CancellationToken);
        var plan = await PlanAsync(store, RestoreTarget.Newest);
        var forged = plan.Segments[^2].Stored.Name;
        using var content = new MemoryStream();
        await using (var sealedContent = await specimen.Vault(store).OpenAsync(forged, CancellationToken))
            await sealedContent.CopyToAsync(content, CancellationToken);
        await specimen.Vault(store).Store.DeleteAsync(forged, CancellationToken);
        content.Position = 0;
        await specimen.Vault(store).Store.PutAsync(forged, content, CancellationToken);

        var exception = await Assert.ThrowsAsync<BackupStoreException>(() => RestoreAsync(store, RestoreTarget.Newest));

        Assert.Equal(BackupStoreFailure.Damaged, exception.Failure);
        Assert.Contains("not sealed", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_that_was_changed_in_the_store_is_refused_and_its_folder_never_started()
    {
        var store = await specimen.CopyStoreAsync("changed", CancellationToken);
        var plan = await PlanAsync(store, RestoreTarget.Newest);
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
    public async Task A_cancelled_restore_leaves_a_folder_that_says_so()
    {
        var plan = await PlanAsync(specimen.StoreFolder, RestoreTarget.Newest);
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
        var plan = await PlanAsync(specimen.StoreFolder, RestoreTarget.Newest);
        await using var scratch = await specimen.Scratch.CreateAsync(CancellationToken);
        Directory.CreateDirectory(scratch.Data);
        await File.WriteAllTextAsync(Path.Combine(scratch.Data, "letter"), "dear", CancellationToken);

        var exception = await Assert.ThrowsAsync<BackupException>(
            () => specimen.Restore(specimen.StoreFolder).FetchAsync(plan, scratch.Data, null, null, CancellationToken));

        Assert.Equal("target_not_empty", exception.Code);
        Assert.Equal([Path.Combine(scratch.Data, "letter")], Directory.EnumerateFileSystemEntries(scratch.Data));
    }

    [Fact]
    public async Task A_restored_server_is_apart_from_the_world_and_its_folder_is_not_restored_over()
    {
        var plan = await PlanAsync(specimen.StoreFolder, RestoreTarget.Newest);
        var abandoned = Path.Combine(specimen.Folder, "scratch", "scratch-abandoned");
        var data = Path.Combine(abandoned, "data");
        var cluster = await specimen.Restore(specimen.StoreFolder).FetchAsync(
            plan, data, null, null, CancellationToken);
        await using var server = await RestoredServer.StartAsync(
            cluster, new RestoredServerOptions { Superuser = "nobody" }, null, TimeProvider.System, CancellationToken);

        Assert.Equal("", await AskAsync(server, "SHOW listen_addresses"));
        Assert.Equal("off", await AskAsync(server, "SHOW archive_mode"));
        Assert.Equal("", await AskAsync(server, "SHOW synchronous_standby_names"));
        Assert.Equal("0", await AskAsync(server, "SHOW max_logical_replication_workers"));
        Assert.Equal(["start", "replay", "promote", "first_query"], server.Phases.Select(phase => phase.Name));
        var place = Assert.Single(cluster.Tablespaces).Value;
        Assert.StartsWith($"{data}_tablespaces/", place, StringComparison.Ordinal);
        Assert.Equal(
            place,
            await AskAsync(server, "SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE spcname LIKE 'gro%'"));
        var inUse = await Assert.ThrowsAsync<BackupException>(
            () => specimen.Restore(specimen.StoreFolder).FetchAsync(plan, data, null, null, CancellationToken));
        Assert.Equal("target_in_use", inUse.Code);
        var within = await Assert.ThrowsAsync<BackupException>(
            () => specimen.Restore(specimen.StoreFolder)
                .FetchAsync(plan, Path.Combine(data, "base", "x"), null, null, CancellationToken));
        Assert.Equal("target_in_use", within.Code);

        // Its owner is killed: the next one finds the server by its folder.
        server.Detach();
        Assert.Equal([abandoned], await specimen.Scratch.RemoveAbandonedAsync(CancellationToken));
        Assert.False(Directory.Exists(abandoned));
        Assert.False(Directory.Exists(server.SocketFolder));
        Assert.Empty(ProcessTable.WithWorkingFolder(data));
    }

    [Fact]
    public async Task A_restore_is_planned_also_while_the_services_database_is_gone()
    {
        var planner = specimen.Planner(
            specimen.StoreFolder,
            new RestoreForecast((_, _) => throw new NpgsqlException("It is the one to restore.")));

        var plan = await planner.PlanAsync(RestoreSpecimen.Server, RestoreTarget.Newest, CancellationToken);

        Assert.Contains("does not say what was measured", plan.Prediction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_superuser_is_found_where_none_or_a_lesser_role_is_known()
    {
        var plan = await PlanAsync(specimen.StoreFolder, RestoreTarget.Newest);
        await using var scratch = await specimen.Scratch.CreateAsync(CancellationToken);
        var cluster = await specimen.Restore(specimen.StoreFolder).FetchAsync(
            plan, scratch.Data, new PhysicalRestoreOptions { Verifies = false }, null, CancellationToken);
        await using var server = await RestoredServer.StartAsync(
            cluster, new RestoredServerOptions { Superuser = "clerk" }, null, TimeProvider.System, CancellationToken);
        await server.StopAsync(immediate: false, CancellationToken);

        var user = await ServerUser.ReachAsync(scratch.Data, CancellationToken);
        var found = await new SuperuserSearch(user, server.Binaries).LookAsync(
            [server.Binaries["postgres"], "-D", scratch.Data], CancellationToken);

        Assert.Equal(PostgresServer.Superuser, found);
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

    private static DateTimeOffset Between(Heartbeat left, Heartbeat right) => left.At + ((right.At - left.At) / 2);

    private async Task<Restored> RestoreAsync(string store, RestoreTarget target)
    {
        return await RunAsync(store, await PlanAsync(store, target));
    }

    private Task<RestorePlan> PlanAsync(string store, RestoreTarget target) =>
        specimen.Planner(store).PlanAsync(RestoreSpecimen.Server, target, CancellationToken);

    private async Task<Restored> RunAsync(string store, RestorePlan plan)
    {
        await using var scratch = await specimen.Scratch.CreateAsync(CancellationToken);
        var cluster = await specimen.Restore(store).FetchAsync(plan, scratch.Data, null, null, CancellationToken);
        await using var server = await RestoredServer.StartAsync(
            cluster, new RestoredServerOptions(), null, TimeProvider.System, CancellationToken);
        return new Restored(
            plan,
            await CountAsync(server, "beats"),
            await CountAsync(server, "far"),
            server.Reached,
            server.Timeline);
    }

    private static async Task<long> CountAsync(RestoredServer server, string table) =>
        long.Parse(await AskAsync(server, $"SELECT count(*)::text FROM {table}"), CultureInfo.InvariantCulture);

    private static async Task<string> AskAsync(RestoredServer server, string sql)
    {
        await using var connection = await server.OpenAsync("postgres", CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return $"{await command.ExecuteScalarAsync(CancellationToken)}";
    }

    private sealed class Told(Action<BackupProgress> tell) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value) => tell(value);
    }

    private sealed record Restored(
        RestorePlan Plan, long Beats, long Far, ReachedPoint Reached, uint Timeline);
}
