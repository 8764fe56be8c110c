using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>One run of the self-test over every damage, which the tests of the class then judge.</summary>
public sealed class FaultMatrix(PostgresFixture postgres) : IAsyncLifetime
{
    private DrillRoom? opened;

    internal SelfTestReport Report { get; private set; } = new(default, []);

    internal DrillRoom Room => opened ?? throw new InvalidOperationException("not opened");

    public async ValueTask InitializeAsync()
    {
        opened = await DrillRoom.OpenAsync(postgres);
        Report = await Room.Verifier().RunAsync(null, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (opened is not null)
            await opened.DisposeAsync();
    }
}
