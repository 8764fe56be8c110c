using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Restores.RestoredServers;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Tests.Backups.Restores;

[Collection(RestoreCollection.Name)]
public sealed class PhysicalRestoreTests(RestoreSpecimen specimen)
{
    private readonly SpecimenRestores restores = new(specimen);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_newest_point_brings_back_every_commit_before_the_kill()
    {
        var restored = await restores.RestoreAsync(specimen.StoreFolder, RestoreTarget.Newest);

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

        var restored = await restores.RestoreAsync(
            specimen.StoreFolder, RestoreTarget.ToTime(Between(last, specimen.Beats[8])));

        Assert.Equal(last.Id, restored.Beats);
        Assert.Equal(specimen.First.Sequence, restored.Plan.CatalogueSequence);
        Assert.StartsWith("before ", restored.Reached.Proof, StringComparison.Ordinal);
        Assert.True(restored.Reached.At < specimen.Beats[8].At);
    }

    [Fact]
    public async Task A_position_brings_back_what_was_committed_before_it()
    {
        var restored = await restores.RestoreAsync(specimen.StoreFolder, RestoreTarget.ToLsn(specimen.Beats[12].Lsn));

        // The record that begins there is the next heartbeat's insert, not yet its commit.
        Assert.Equal(13, restored.Beats);
    }

    [Fact]
    public async Task A_named_point_is_found_in_the_WAL()
    {
        var restored = await restores.RestoreAsync(
            specimen.StoreFolder, RestoreTarget.ToName(RestoreSpecimen.PointName));

        Assert.Equal(specimen.BeatsBeforePoint, restored.Beats);
        Assert.Equal($"at restore point \"{RestoreSpecimen.PointName}\"", restored.Reached.Proof);
    }

    [Fact]
    public async Task A_base_without_an_archive_is_restored_to_its_own_end()
    {
        var store = await specimen.CopyStoreAsync("no-wal", CancellationToken);
        Directory.Delete(Path.Combine(store, RestoreSpecimen.Server, "wal"), recursive: true);

        var restored = await restores.RestoreAsync(store, RestoreTarget.Newest);

        Assert.True(restored.Plan.UsesStreamedWal);
        Assert.Equal("reached consistency", restored.Reached.Proof);
        Assert.Equal(20, restored.Beats);
    }

    [Fact]
    public async Task A_restored_server_is_apart_from_the_world_and_its_folder_is_not_restored_over()
    {
        var plan = await restores.PlanAsync(specimen.StoreFolder, RestoreTarget.Newest);
        var abandoned = Path.Combine(specimen.Folder, "scratch", "scratch-abandoned");
        var data = Path.Combine(abandoned, "data");
        var cluster = await specimen.Restore(specimen.StoreFolder).FetchAsync(
            plan, data, null, null, CancellationToken);
        await using var server = await RestoredServer.StartAsync(
            cluster, new RestoredServerOptions { Superuser = "nobody" }, null, TimeProvider.System, CancellationToken);

        Assert.Equal("", await SpecimenRestores.AskAsync(server, "SHOW listen_addresses"));
        Assert.Equal("off", await SpecimenRestores.AskAsync(server, "SHOW archive_mode"));
        Assert.Equal("", await SpecimenRestores.AskAsync(server, "SHOW synchronous_standby_names"));
        Assert.Equal("0", await SpecimenRestores.AskAsync(server, "SHOW max_logical_replication_workers"));
        Assert.Equal(["start", "replay", "promote", "first_query"], server.Phases.Select(phase => phase.Name));
        var place = Assert.Single(cluster.Tablespaces).Value;
        Assert.StartsWith($"{data}_tablespaces/", place, StringComparison.Ordinal);
        Assert.Equal(
            place,
            await SpecimenRestores.AskAsync(
                server, "SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE spcname LIKE 'gro%'"));
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
        var plan = await restores.PlanAsync(specimen.StoreFolder, RestoreTarget.Newest);
        await using var scratch = await specimen.Scratch.CreateAsync(CancellationToken);
        var cluster = await specimen.Restore(specimen.StoreFolder).FetchAsync(
            plan, scratch.Data, new PhysicalRestoreOptions { Check = FileCheck.None }, null, CancellationToken);
        await using var server = await RestoredServer.StartAsync(
            cluster, new RestoredServerOptions { Superuser = "clerk" }, null, TimeProvider.System, CancellationToken);
        await server.StopAsync(immediate: false, CancellationToken);

        var user = await ServerUser.ReachAsync(scratch.Data, CancellationToken);
        var found = await new SuperuserSearch(user, server.Binaries).LookAsync(
            [server.Binaries["postgres"], "-D", scratch.Data], CancellationToken);

        Assert.Equal(PostgresServer.Superuser, found);
    }

    private static DateTimeOffset Between(Heartbeat left, Heartbeat right) => left.At + ((right.At - left.At) / 2);
}
