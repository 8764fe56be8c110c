using Microsoft.Extensions.Time.Testing;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Receiving;

namespace RecoveryOS.Core.Tests.Backups.Wal.Receiving;

public sealed class StallClockTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider time = new();

    [Fact]
    public void On_an_idle_server_not_moving_is_fine()
    {
        var clock = new StallClock(time);
        for (var look = 0; look < 100; look++, time.Advance(Step))
            Assert.Equal(TimeSpan.Zero, clock.Look(new Lsn(100), new Lsn(100)));
    }

    [Fact]
    public void While_the_server_writes_it_must_move()
    {
        var clock = new StallClock(time);
        for (var look = 1U; look <= 10; look++, time.Advance(Step))
            Assert.Equal(TimeSpan.Zero, clock.Look(new Lsn(100 + look), new Lsn(50 + look)));
        for (var look = 1U; look <= 10; look++, time.Advance(Step))
            Assert.Equal(Step * look, clock.Look(new Lsn(200 + look), new Lsn(60)));
        Assert.Equal(TimeSpan.Zero, clock.Look(new Lsn(300), new Lsn(61)));
    }

    [Fact]
    public void One_that_never_connects_stands_still()
    {
        var clock = new StallClock(time);
        time.Advance(Step);

        Assert.Equal(Step, clock.Look(new Lsn(100), null));
    }
}
