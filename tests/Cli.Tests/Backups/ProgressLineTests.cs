using RecoveryOS.Cli.Backups;

namespace RecoveryOS.Cli.Tests.Backups;

public sealed class ProgressLineTests : IDisposable
{
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly Clock clock = new();

    public void Dispose() => output.Dispose();

    [Fact]
    public void On_a_terminal_one_line_is_drawn_again_with_rate_and_time_left()
    {
        using (var line = new ProgressLine(output, isTerminal: true, clock))
        {
            line.Report(new("backup", 0, 300_000_000));
            clock.Advance(TimeSpan.FromSeconds(2));
            line.Report(new("backup", 100_000_000, 300_000_000));
            line.Report(new("backup", 100_000_001, 300_000_000));
        }

        Assert.Equal(
            "\rbackup     0 B of 300.0 MB\e[K\rbackup     100.0 MB of 300.0 MB  50.0 MB/s  0:04 left\e[K\n",
            output.ToString());
    }

    [Fact]
    public void Elsewhere_there_is_a_line_for_each_phase_and_one_every_ten_seconds()
    {
        using (var line = new ProgressLine(output, isTerminal: false, clock))
        {
            line.Report(new("backup", 0, 1000));
            clock.Advance(TimeSpan.FromSeconds(9));
            line.Report(new("backup", 500, 1000));
            clock.Advance(TimeSpan.FromSeconds(1));
            line.Report(new("backup", 600, 1000));
            line.Report(new("manifest", 0, null));
        }

        Assert.Equal(
            ["backup     0 B of 1 kB", "backup     600 B of 1 kB  60 B/s  0:06 left", "manifest", ""],
            output.ToString().Split('\n'));
    }

    private sealed class Clock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan span) => now += span.Ticks;

        public override long GetTimestamp() => now;
    }
}
