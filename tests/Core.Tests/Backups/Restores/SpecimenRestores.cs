using System.Globalization;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Restores.RestoredServers;

namespace RecoveryOS.Core.Tests.Backups.Restores;

/// <summary>Restores the specimen, starts what came back, and counts.</summary>
internal sealed class SpecimenRestores(RestoreSpecimen specimen)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async Task<Restored> RestoreAsync(string store, RestoreTarget target) =>
        await RunAsync(store, await PlanAsync(store, target));

    public Task<RestorePlan> PlanAsync(string store, RestoreTarget target) =>
        specimen.Planner(store).PlanAsync(RestoreSpecimen.Server, target, CancellationToken);

    public async Task<Restored> RunAsync(string store, RestorePlan plan)
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

    public static async Task<string> AskAsync(RestoredServer server, string sql)
    {
        await using var connection = await server.OpenAsync("postgres", CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return $"{await command.ExecuteScalarAsync(CancellationToken)}";
    }

    private static async Task<long> CountAsync(RestoredServer server, string table) =>
        long.Parse(await AskAsync(server, $"SELECT count(*)::text FROM {table}"), CultureInfo.InvariantCulture);
}

internal sealed record Restored(RestorePlan Plan, long Beats, long Far, ReachedPoint Reached, uint Timeline);
