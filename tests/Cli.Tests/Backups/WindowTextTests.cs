using RecoveryOS.Cli.Backups;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Cli.Tests.Backups;

public sealed class WindowTextTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_window_is_drawn_with_its_hole()
    {
        var text = WindowText.Of(new RecoveryWindow
        {
            Server = "clinic",
            AsOf = Start.AddHours(64),
            Earliest = Start,
            Latest = Start.AddHours(64),
            Spans = [Span(0, 16), Span(32, 64)],
            Holes = [new WindowHole(
                Start.AddHours(16), Start.AddHours(32), "The segment 000000010000000000000007 is missing.")],
            PredictedRtoSeconds = 300,
        });

        Assert.Contains(
            $"|{new string('#', 16)}{new string('.', 16)}{new string('#', 32)}|", text, StringComparison.Ordinal);
        Assert.Contains(
            "hole    2026-01-31T16:00:00Z to 2026-02-01T08:00:00Z: The segment 000000010000000000000007 is missing.",
            text, StringComparison.Ordinal);
        Assert.Contains("about 5 min", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hole_of_a_moment_is_seen_in_a_window_of_days()
    {
        var text = WindowText.Of(new RecoveryWindow
        {
            Server = "clinic",
            AsOf = Start.AddHours(64),
            Earliest = Start,
            Latest = Start.AddHours(64),
            Spans = [Span(0, 20.5), Span(20.51, 64)],
            Holes = [new WindowHole(Start.AddHours(20.5), Start.AddHours(20.51), "cut")],
        });

        Assert.Contains($"|{new string('#', 20)}.{new string('#', 43)}|", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_base_it_says_what_to_do()
    {
        var text = WindowText.Of(new RecoveryWindow { Server = "clinic", AsOf = Start, Spans = [], Holes = [] });

        Assert.Equal("clinic: nothing can be restored, there is no base backup: ./recoveryos backup", text);
    }

    private static WindowSpan Span(double from, double to) => new(
        Guid.Empty, 1, Start.AddHours(from), Start.AddHours(to), new Lsn(1), new Lsn(2));
}
