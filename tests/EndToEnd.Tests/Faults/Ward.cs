using RecoveryOS.Core.PostgresServers;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Faults;

/// <summary>
/// A service and a PostgreSQL that a test may kill. PostgreSQL syncs: what it confirmed has to be there.
/// </summary>
internal sealed class Ward : IAsyncDisposable
{
    private const int SigStop = 19;
    private const int SigCont = 18;

    private readonly DirectoryInfo folder;

    private Ward(DirectoryInfo folder, PostgresServer postgres, LocalService service) =>
        (this.folder, Postgres, Service) = (folder, postgres, service);

    public PostgresServer Postgres { get; }

    public LocalService Service { get; }

    public static async Task<Ward> OpenAsync(params IReadOnlyList<(string Name, string Value)> changes)
    {
        ServiceFixture.SkipOnForeignDeployment();
        var cancellationToken = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("recoveryos-ward-");
        var postgres = await PostgresServer.StartAsync(
            Path.Combine(folder.FullName, "postgres"), new Dictionary<string, string> { ["fsync"] = "on" },
            cancellationToken);
        await postgres.EnsureDatabaseAsync("ward", cancellationToken);
        await ServiceFixture.MigrateAsync(postgres.Url("ward"), cancellationToken);
        return new(folder, postgres, await LocalService.StartAsync(postgres.Url("ward"), "/readyz", changes));
    }

    /// <summary>Stops all of PostgreSQL's processes in their tracks: it is there, and answers nothing.</summary>
    public void Freeze() => SignalPostgres(SigStop);

    public void Thaw() => SignalPostgres(SigCont);

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        Thaw();
        await Postgres.StopAsync(immediate: true, CancellationToken.None);
        folder.Delete(recursive: true);
    }

    private void SignalPostgres(int signal)
    {
        foreach (var process in ProcessTable.WithWorkingFolder(Postgres.DataFolder))
            Signals.Send(process, signal);
    }
}
