using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>One run of the self-test over every damage, which the tests of the class then judge.</summary>
public sealed class FaultMatrix(PostgresFixture postgres) : IAsyncLifetime
{
    public const string Collection = "Restore tests of one specimen";

    private DrillRoom? opened;
    private Specimen? specimen;

    internal Specimen Specimen => specimen ?? throw new InvalidOperationException("not made");

    internal SelfTestReport Report { get; private set; } = new(default, []);

    internal DrillRoom Room => opened ?? throw new InvalidOperationException("not opened");

    public async ValueTask InitializeAsync()
    {
        opened = await DrillRoom.OpenAsync(postgres);
        var cancellationToken = TestContext.Current.CancellationToken;
        specimen = await Specimen.MakeAsync(
            Path.Combine(Room.Folder, "specimen"),
            Room.Folder,
            Room.Database,
            NullLoggerFactory.Instance,
            cancellationToken);
        Report = await Room.Verifier().RunAsync(
            Specimen, Path.Combine(Room.Folder, "matrix"), Damages.All, null, cancellationToken);
        await Room.Verifier().WriteDownAsync(Report, TimeProvider.System.GetUtcNow(), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (opened is not null)
            await opened.DisposeAsync();
    }
}

[CollectionDefinition(FaultMatrix.Collection)]
public sealed class FaultMatrixCollection : ICollectionFixture<FaultMatrix>;
