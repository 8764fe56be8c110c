using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Tests.Database;

public sealed class DatabaseUrlTests
{
    [Fact]
    public void A_url_is_read_with_its_escapes_and_parameters()
    {
        var settings = DatabaseUrl.Parse(
            "postgres://ann%40home:p%3Aw%2F@db.example:5433/my%20db?sslmode=verify-full&application_name=x");
        Assert.Equal("ann@home", settings.Username);
        Assert.Equal("p:w/", settings.Password);
        Assert.Equal("db.example", settings.Host);
        Assert.Equal(5433, settings.Port);
        Assert.Equal("my db", settings.Database);
        Assert.Equal(Npgsql.SslMode.VerifyFull, settings.SslMode);
        Assert.Equal("x", settings.ApplicationName);
    }

    [Fact]
    public void A_socket_folder_is_a_host() =>
        Assert.Equal("/run/pg", DatabaseUrl.Parse("postgresql:///db?host=/run/pg&user=me").Host);

    [Fact]
    public void Key_and_value_pairs_are_read() => Assert.Equal("h", DatabaseUrl.Parse("Host=h;Username=u").Host);

    [Theory]
    [InlineData("mysql://u:secret@h/db")]
    [InlineData("nonsense secret")]
    [InlineData("Username=u;Password=secret")]
    [InlineData("")]
    [InlineData("postgres://u:secret@h/db?sslmode=sometimes")]
    [InlineData("postgres://u:secret@h/db?colour=red")]
    public void Anything_else_is_an_error_that_does_not_repeat_it(string value)
    {
        var error = Assert.Throws<FormatException>(() => DatabaseUrl.Parse(value));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }
}
