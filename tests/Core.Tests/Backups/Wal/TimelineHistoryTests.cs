using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Tests.Backups.Wal;

public sealed class TimelineHistoryTests
{
    private const string Text = """
        1	0/3000060	no recovery target specified

        # A comment.
        3	0/5000000	before "a named point"
        """;

    [Theory]
    [InlineData("0/300005F", 1)]
    [InlineData("0/3000060", 3)]
    [InlineData("0/4FFFFFF", 3)]
    [InlineData("0/5000000", 4)]
    public void Each_byte_belongs_to_the_timeline_before_the_next_switch(string lsn, uint timeline) =>
        Assert.Equal(timeline, TimelineHistory.Parse(Text).TimelineAt(Lsn.Parse(lsn)));

    [Fact]
    public void A_file_is_read_with_its_reasons()
    {
        var history = TimelineHistory.Parse(timeline: 7, Text);

        Assert.Equal("00000007.history", history.FileName);
        Assert.Equal(
            [
                new TimelineSwitch(1, Lsn.Parse("0/3000060"), "no recovery target specified"),
                new TimelineSwitch(3, Lsn.Parse("0/5000000"), "before \"a named point\""),
            ],
            history.Switches);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1 3000060")]
    [InlineData("0 0/3000060")]
    [InlineData("x 0/3000060")]
    [InlineData("2 0/3000060\n1 0/4000000")]
    public void A_text_that_is_no_history_is_refused(string text) =>
        Assert.Throws<FormatException>(() => TimelineHistory.Parse(text));

    [Theory]
    [InlineData("0/1FFFFFF", 1)]
    [InlineData("0/2000000", 3)]
    [InlineData("0/4000000", 3)]
    public void A_restore_to_before_its_timeline_began_leaves_a_step_back(string lsn, uint timeline) =>
        Assert.Equal(
            timeline, TimelineHistory.Parse("1 0/3000060 no recovery target specified\n2 0/2000000 before 2026-01-01")
                .TimelineAt(Lsn.Parse(lsn)));

    [Fact]
    public void A_timeline_can_only_come_from_an_older_one() =>
        Assert.Throws<FormatException>(() => TimelineHistory.Parse(timeline: 3, Text));

    [Theory]
    [InlineData("0000000A.history", 10)]
    [InlineData("0000000A.histories", 0)]
    [InlineData("00000000.history", 0)]
    [InlineData("000000010000000000000001", 0)]
    public void A_files_name_says_its_timeline(string name, uint timeline)
    {
        Assert.Equal(timeline > 0, TimelineHistory.TryParseFileName(name, out var found));
        Assert.Equal(timeline, found);
    }
}
