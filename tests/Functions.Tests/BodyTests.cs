using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Core.OnCall;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions.Tests;

public sealed class BodyTests
{
    private const string Contacts = """[{"name":"A","phone":"+15555550101"}]""";

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/JSON;charset=UTF-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    public async Task JSON_in_UTF_8_is_read(string contentType) =>
        Assert.Equal(0, await StatusAsync(Contacts, contentType));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text/json")]
    [InlineData("application/json; charset=latin1")]
    [InlineData("application/json, text/plain")]
    [InlineData("*/*")]
    public async Task Other_content_types_are_unsupported(string? contentType) =>
        Assert.Equal(415, await StatusAsync(Contacts, contentType));

    [Theory]
    [InlineData(64 * 1024, true, 0)]
    [InlineData(64 * 1024, false, 0)]
    [InlineData((64 * 1024) + 1, true, 413)]
    [InlineData((64 * 1024) + 1, false, 413)]
    [InlineData(10 * 64 * 1024, false, 413)]
    public async Task Body_has_64_KiB_at_most_whether_it_says_its_length_or_not(
        int length, bool saysLength, int status) =>
        Assert.Equal(status, await StatusAsync(Contacts.PadRight(length), saysLength: saysLength));

    [Theory]
    [InlineData(16, 422)]
    [InlineData(17, 400)]
    public async Task Body_nests_16_levels_at_most(int levels, int status) =>
        Assert.Equal(status, await StatusAsync(new string('[', levels) + new string(']', levels), read: Refuse));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[] []")]
    [InlineData("[],")]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("{\"a\":1,\"\\u0061\":1}")]
    public async Task Body_is_one_JSON_value_without_repeated_names(string body) =>
        Assert.Equal(400, await StatusAsync(body, read: Refuse));

    /// <summary>Tells a body that was JSON from one that was not.</summary>
    private static Validated<NewOnCallRoster> Refuse(JsonElement json) => throw new NotSupportedException();

    /// <summary>The refusal's status; 0 when the body was read, 422 when it was JSON.</summary>
    private static async Task<int> StatusAsync(
        string body,
        string? contentType = "application/json",
        bool saysLength = true,
        Func<JsonElement, Validated<NewOnCallRoster>>? read = null)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var http = new DefaultHttpContext();
        (http.Request.ContentType, http.Request.Body) = (contentType, new MemoryStream(bytes));
        http.Request.ContentLength = saysLength ? bytes.Length : null;
        try
        {
            var result = await http.Request.ReadAsync(
                read ?? NewOnCallRoster.Read, TestContext.Current.CancellationToken);
            return result.IsRefused(out var refusal, out _) ? refusal.StatusCode : 0;
        }
        catch (NotSupportedException)
        {
            return 422;
        }
    }
}
