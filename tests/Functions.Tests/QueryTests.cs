using Microsoft.AspNetCore.Http;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions.Tests;

public sealed class QueryTests
{
    [Theory]
    [InlineData("", 20)]
    [InlineData("?limit=1", 1)]
    [InlineData("?limit=100", 100)]
    [InlineData("?limit=007", 7)]
    public void Limit_is_1_to_100_and_20_unless_given(string query, int limit)
    {
        var read = Read(query);

        Assert.Equal(new PageRequest(limit, null), read.Page());
        Assert.False(read.Errors.Any);
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=101")]
    [InlineData("?limit=+1")]
    [InlineData("?limit=1%20")]
    [InlineData("?limit=1&limit=2")]
    public void Wrong_limit_is_noted(string query)
    {
        var read = Read(query);

        read.Page();

        Assert.Equal(["limit"], read.Errors.ToDictionary().Keys);
    }

    [Fact]
    public void Cursor_reads_as_it_was_written()
    {
        var id = Guid.CreateVersion7();

        Assert.Equal(id, Read($"?cursor={Cursor.Format(id)}").Page().Before);
    }

    [Theory]
    [InlineData("01a207f2-3dd3-72d1-a29b-a974ccdc99e3", true)]
    [InlineData("01A207F2-3DD3-72D1-A29B-A974CCDC99E3", true)]
    [InlineData("01a207f23dd372d1a29ba974ccdc99e3", false)]
    [InlineData("(01a207f2-3dd3-72d1-a29b-a974ccdc99e3)", false)]
    [InlineData("", false)]
    public void Uuid_has_one_form(string value, bool valid)
    {
        var read = Read($"?id={value}");

        Assert.Equal(valid, read.Uuid("id") is not null);
        Assert.NotEqual(valid, read.Errors.Any);
    }

    [Theory]
    [InlineData("?choice=open", "open", false)]
    [InlineData("", null, false)]
    [InlineData("?choice=Open", null, true)]
    [InlineData("?choice=", null, true)]
    [InlineData("?choice=open&choice=open", null, true)]
    public void Choice_is_one_of_its_words(string query, string? choice, bool wrong)
    {
        var read = Read(query);

        Assert.Equal(choice, read.Choice("choice", ["open", "closed"]));
        Assert.Equal(wrong, read.Errors.Any);
    }

    private static Query Read(string query) =>
        new(new DefaultHttpContext { Request = { QueryString = new(query) } }.Request);
}
