using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Tests.Backups.Wal;

public sealed class LsnTests
{
    [Theory]
    [InlineData("0/0", 0UL)]
    [InlineData("16/B374D848", 0x16_B374_D848UL)]
    [InlineData("FFFFFFFF/FFFFFFFF", ulong.MaxValue)]
    [InlineData("1/28", 0x1_0000_0028UL)]
    public void A_position_is_read_and_written_as_PostgreSQL_does(string text, ulong value)
    {
        Assert.Equal(new Lsn(value), Lsn.Parse(text));
        Assert.Equal(text, new Lsn(value).ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("16")]
    [InlineData("/1")]
    [InlineData("1/")]
    [InlineData("1/2/3")]
    [InlineData("100000000/0")]
    [InlineData("0/100000000")]
    [InlineData("0x1/0")]
    [InlineData(" 1/0")]
    [InlineData("1/-1")]
    public void Another_text_is_refused(string? text)
    {
        Assert.False(Lsn.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Lsn.Parse(text ?? ""));
    }

    [Fact]
    public void Positions_are_ordered_and_counted_in_bytes()
    {
        var (low, high) = (Lsn.Parse("0/FFFFFFFF"), Lsn.Parse("1/0"));

        Assert.True(low < high && high > low && low <= high && high >= low);
        Assert.Equal(1UL, high - low);
        Assert.Equal(high, low + 1);
        Assert.Throws<OverflowException>(() => low - high);
    }
}
