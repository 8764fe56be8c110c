using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Receiving;
using RecoveryOS.Core.Tests.Settings;
using RecoveryOS.Testing;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>
/// A server with one of everything, under load, whose WAL is received while it is backed up and tested.
/// </summary>
internal sealed class LoadedServer : IAsyncDisposable
{
    private const string Name = "main";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ServiceProvider services;
    private readonly CancellationTokenSource stop = new();
    private readonly Task<bool> receiving;
    private readonly Task beating;

    private LoadedServer(Specimen specimen, Writers writers, ServiceProvider services)
    {
        (Specimen, Writers, this.services) = (specimen, writers, services);
        receiving = services.GetRequiredService<WalStations>().Station(Target).RunAsync(stop.Token);
        beating = BeatAsync();
    }

    public Specimen Specimen { get; }

    public Writers Writers { get; }

    private TargetServer Target => services.GetRequiredService<BackupTargets>().Find(Name);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static async Task<LoadedServer> StartAsync(PostgresFixture postgres)
    {
        var specimen = await Specimen.StartAsync(
            2000, new Dictionary<string, string> { ["wal_keep_size"] = "512MB" }, CancellationToken);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var services = SampleSettings.Services(new Dictionary<string, string?>
        {
            ["Database__Url"] = await postgres.CreateDatabaseAsync(
                "migrated", DrillRoom.MigrateAsync, CancellationToken),
            ["Backups__Targets__0__Name"] = Name,
            ["Backups__Targets__0__Url"] = specimen.Server.Url("postgres"),
            ["Backups__Store__Url"] = Directory.CreateDirectory(Path.Combine(specimen.Folder, "store")).FullName,
            ["Backups__Folder"] = Path.Combine(specimen.Folder, "work"),
            ["Backups__Signing__KeyId"] = "test",
            ["Encryption__ActiveKeyId"] = "test",
            ["Encryption__Keys__test"] = Convert.ToBase64String(new byte[32]),
            ["Encryption__LookupKey"] = Convert.ToBase64String(new byte[32]),
            ["Backups__Signing__Key"] = Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
        });
        // A server that grew by millions of rows during many tests would be tested for its size.
        var writers = new Writers(specimen.Server.ConnectionString(Specimen.Main), 8, perSecond: 2000);
        return new LoadedServer(specimen, writers, services);
    }

    /// <summary>Under load; returns when its WAL is stored up to a later heartbeat.</summary>
    public async Task<CatalogueEntry> BackUpAsync()
    {
        var taken = await services.GetRequiredService<PhysicalBackups>().TakeAsync(Target, null, CancellationToken);
        await services.GetRequiredService<HeartbeatRecorder>().RecordAsync(Target, CancellationToken);
        await Specimen.ExecuteAsync("postgres", "SELECT pg_switch_wal()", CancellationToken);
        await UntilStoredAsync(Assert.IsType<RestorePoint>(taken.Physical?.ManifestPoint).Lsn);
        return taken;
    }

    public async Task<DrillEvidence> TestAsync(string kind)
    {
        var test = await services.GetRequiredService<RestoreTests>().QueueAsync(
            new NewRestoreTest(Name, DrillMethod.Physical, new DrillTarget(kind, "", "asked for")), "test",
            CancellationToken);
        return Assert.IsType<DrillEvidence>(
            await services.GetRequiredService<RestoreTestRunner>().RunAsync(test.Id, null, CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await receiving;
        await beating;
        await Writers.DisposeAsync();
        await services.DisposeAsync();
        await Specimen.DisposeAsync();
        stop.Dispose();
    }

    private async Task UntilStoredAsync(Lsn lsn)
    {
        var windows = services.GetRequiredService<RecoveryWindows>();
        var started = Stopwatch.GetTimestamp();
        while (!(await windows.ReadAsync(Name, CancellationToken)).Spans.Any(span => span.ToLsn > lsn))
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, $"the WAL up to {lsn} was not stored");
            await Task.Delay(50, CancellationToken);
        }
    }

    private async Task BeatAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            await services.GetRequiredService<HeartbeatRecorder>().RecordAsync(Target, CancellationToken.None);
            await Task.Delay(200, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
