using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Tests.Backups.Restores;

public sealed class PhysicalRestoreTests(RestoreSpecimen specimen) : IClassFixture<RestoreSpecimen>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tmp()
    {
        var wal = await new WalArchive(specimen.Vault(specimen.StoreFolder)).ListAsync(
            RestoreSpecimen.Server, WalSegment.DefaultSize, CancellationToken);
        var plan = new RestorePlan
        {
            Server = RestoreSpecimen.Server,
            Target = RestoreTarget.ToLsn(specimen.Beats[^1].Lsn),
            CatalogueSequence = 1,
            Base = specimen.First.Physical ?? throw new InvalidOperationException(),
            Recovery = RecoverySetting.Time(specimen.Beats[^3].At),
            Timeline = 1,
            Segments = [.. wal.Timelines[0].Segments, .. wal.Timelines[0].Partials],
            UsesStreamedWal = false,
            FetchBytes = 1, DiskBytes = 1, PredictedSeconds = 1, Prediction = "",
        };
        var target = Path.Combine(specimen.Folder, "tmp", "data");
        var cluster = await specimen.Restore(specimen.StoreFolder).FetchAsync(plan, target, null, null, CancellationToken);
        TestContext.Current.SendDiagnosticMessage("{0}", string.Join("\n", cluster.Notes));
        await using var server = await RestoredServer.StartAsync(
            cluster, new RestoredServerOptions(), null, TimeProvider.System, CancellationToken);
        await using var connection = await server.OpenAsync("postgres", CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM beats) || ' ' || (SELECT count(*) FROM far)";
        Assert.Fail(string.Join("\n", [$"{await command.ExecuteScalarAsync(CancellationToken)}", $"{server.Reached} {server.Timeline}", .. cluster.Phases.Concat(server.Phases).Select(p => p.ToString()), .. cluster.Notes, .. server.Notes]));
    }
}
