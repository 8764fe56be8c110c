using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Tests.Inputs;

public sealed class CursorTests
{
    [Fact]
    public void A_cursor_reads_back()
    {
        var id = Guid.CreateVersion7();
        Assert.True(Cursor.TryParse(Cursor.Format(id), out var read));
        Assert.Equal(id, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA+A")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA A")]
    [InlineData("ééééééééééééééééééééAA")]
    [InlineData(null)]
    public void Anything_else_is_no_cursor(string? text) => Assert.False(Cursor.TryParse(text, out _));
}
