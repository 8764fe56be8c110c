using System.Globalization;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Restores;

namespace RecoveryOS.Core.Tests.Backups.Restores;

public sealed class PhysicalRestoreTests(RestoreSpecimen specimen) : IClassFixture<RestoreSpecimen>
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

    private static DateTimeOffset Between(Heartbeat left, Heartbeat right) => left.At + ((right.At - left.At) / 2);

    private async Task<Restored> RestoreAsync(string store, RestoreTarget target)
    {
        var plan = await specimen.Planner(store).PlanAsync(RestoreSpecimen.Server, target, CancellationToken);
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

    private static async Task<long> CountAsync(RestoredServer server, string table)
    {
        await using var connection = await server.OpenAsync("postgres", CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return Convert.ToInt64(await command.ExecuteScalarAsync(CancellationToken), CultureInfo.InvariantCulture);
    }

    private sealed record Restored(
        RestorePlan Plan, long Beats, long Far, ReachedPoint Reached, uint Timeline);
}
