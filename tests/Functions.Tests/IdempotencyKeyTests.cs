using Microsoft.AspNetCore.Http;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions.Tests;

public sealed class IdempotencyKeyTests
{
    [Fact]
    public void Key_is_optional()
    {
        Assert.True(IdempotencyKey.TryRead(new DefaultHttpContext().Request, out var key));
        Assert.Null(key);
    }

    [Theory]
    [InlineData("!", true)]
    [InlineData("~", true)]
    [InlineData("a,b", true)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData("a b", false)]
    [InlineData("a\t", false)]
    [InlineData("é", false)]
    [InlineData("\u007f", false)]
    [InlineData("\0", false)]
    public void Key_is_visible_ASCII(string value, bool valid) => Assert.Equal(valid, IsRead(value));

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void Key_has_128_characters_at_most(int length, bool valid) =>
        Assert.Equal(valid, IsRead(new string('k', length)));

    [Fact]
    public void Two_keys_are_none() => Assert.False(IsRead("a", "a"));

    private static bool IsRead(params string[] values)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers[IdempotencyKey.Header] = values;
        return IdempotencyKey.TryRead(http.Request, out var key) && key == values[0];
    }
}
