using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Evidence;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Telemetry;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>A room with a copy of the specimen, and who runs restore tests of it.</summary>
internal sealed class RunnerStage : IAsyncDisposable
{
    private RunnerStage(DrillRoom room, DamagedCopy copy) => (Room, Copy) = (room, copy);

    public DrillRoom Room { get; }

    public DamagedCopy Copy { get; }

    public BackupCatalogue Catalogue => Copy.Services.GetRequiredService<BackupCatalogue>();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static async Task<RunnerStage> OpenAsync(FaultMatrix matrix, PostgresFixture postgres)
    {
        var room = await DrillRoom.OpenAsync(postgres);
        return new(room, await DamagedCopy.MakeAsync(
            matrix.Specimen,
            Path.Combine(matrix.Room.Folder, $"copy-{Guid.NewGuid():N}"),
            room.Database,
            NullLoggerFactory.Instance,
            CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await Copy.DisposeAsync();
        await Room.DisposeAsync();
    }

    public RestoreTestRunner Runner(TestClosing? closing = null, params IDrill[] drills) =>
        Runner(Copy.Options, closing, drills);

    public RestoreTestRunner Runner(BackupOptions options, TestClosing? closing, params IDrill[] drills) => new(
        Room.Tests,
        drills is []
            ? Copy.Services.GetServices<IDrill>().Where(drill => drill.Method is not DrillMethod.Azure)
            : drills,
        closing ?? Closing(Copy.Vault, TimeProvider.System),
        new VerifierState(Room.Database),
        Room.Alarms(),
        new BackupMetrics(Copy.Services.GetRequiredService<IMeterFactory>(), TimeProvider.System),
        Options.Create(options),
        TimeProvider.System,
        NullLogger<RestoreTestRunner>.Instance);

    public TestClosing Closing(BackupVault vault, TimeProvider time)
    {
        var signer = Copy.Services.GetRequiredService<CatalogueSigner>();
        return new TestClosing(
            Room.Tests, new EvidenceWriter(vault, signer), new EvidenceReader(vault, signer),
            new BackupCatalogue(vault, signer, TimeProvider.System), time, NullLogger<TestClosing>.Instance);
    }

    public static NewRestoreTest Asked(string? kind) => new(
        SelfTestServices.Server, DrillMethod.Physical, kind is null ? null : new DrillTarget(kind, "", "asked for"));

    public async Task<RestoreTest> FindAsync(Guid id) =>
        await Room.Tests.FindAsync(id, CancellationToken)
            ?? throw new InvalidOperationException("there is no such test");
}

internal static class Outcomes
{
    public static (TestStatus Status, Verdict? Verdict) Outcome(this RestoreTest test) => (test.Status, test.Verdict);
}
