using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Tests.Backups.Wal;

public sealed class WalSegmentTests
{
    private const int OneMebibyte = 1024 * 1024;

    [Theory]
    [InlineData("000000010000000000000001", WalSegment.DefaultSize, "0/1000000", "0/2000000")]
    [InlineData("0000000200000016000000B3", WalSegment.DefaultSize, "16/B3000000", "16/B4000000")]
    [InlineData("0000000100000001000000FF", WalSegment.DefaultSize, "1/FF000000", "2/0")]
    [InlineData("000000010000000100000FFF", OneMebibyte, "1/FFF00000", "2/0")]
    public void A_name_says_where_the_segment_lies(string name, int size, string start, string end)
    {
        Assert.True(WalSegment.TryParse(name, size, out var segment));
        Assert.Equal((name, start, end), (segment.Name, segment.Start.ToString(), segment.End.ToString()));
        Assert.Equal(segment, WalSegment.Containing(segment.Timeline, segment.Start, size));
        Assert.Equal(segment.Next, WalSegment.Containing(segment.Timeline, segment.End, size));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("00000002.history")]
    [InlineData("000000010000000000000001.partial")]
    [InlineData("000000010000000000000100")]
    [InlineData("000000000000000000000001")]
    [InlineData("00000001000000000000000G")]
    public void Another_files_name_is_refused(string? name) =>
        Assert.False(WalSegment.TryParse(name, WalSegment.DefaultSize, out _));
}
