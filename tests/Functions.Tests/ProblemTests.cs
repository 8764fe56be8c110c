using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions.Tests;

public sealed class ProblemTests
{
    private static readonly Dictionary<string, (int Status, Func<HttpContext, ProblemHttpResult> Create)> Problems =
        new()
        {
            ["validation"] = (400, http => Problem.Validation(http, "field", "is wrong")),
            ["malformed_json"] = (400, Problem.MalformedJson),
            ["unauthenticated"] = (401, Problem.Unauthenticated),
            ["forbidden"] = (403, Problem.Forbidden),
            ["consent_required"] = (403, Problem.ConsentRequired),
            ["not_found"] = (404, http => Problem.NotFound(http, "thing")),
            ["idempotency_conflict"] = (409, Problem.IdempotencyConflict),
            ["conflict"] = (409, http => Problem.Conflict(http, "not now")),
            ["payload_too_large"] = (413, Problem.PayloadTooLarge),
            ["unsupported_media_type"] = (415, Problem.UnsupportedMediaType),
            ["internal"] = (500, Problem.Internal),
            ["unavailable"] = (503, Problem.Unavailable),
        };

    public static TheoryData<string> Codes => [.. Problems.Keys];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Problem_has_the_contract_s_shape(string code)
    {
        var (status, create) = Problems[code];

        var (http, json) = await WriteAsync(create);

        Assert.Equal(status, http.Response.StatusCode);
        Assert.Equal("application/problem+json", http.Response.ContentType);
        Assert.Equal(
            ["type", "title", "status", "detail", "code", "request_id",
                .. code is "validation" ? ["errors"] : Array.Empty<string>()],
            json.EnumerateObject().Select(member => member.Name));
        Assert.Equal($"urn:recoveryos:error:{code}", json.GetProperty("type").GetString());
        Assert.Equal(status, json.GetProperty("status").GetInt32());
        Assert.Equal(code, json.GetProperty("code").GetString());
        Assert.Equal("the-request", json.GetProperty("request_id").GetString());
    }

    [Fact]
    public async Task Validation_lists_the_messages_of_each_field()
    {
        var (_, json) = await WriteAsync(Problems["validation"].Create);

        Assert.Equal("""{"field":["is wrong"]}""", json.GetProperty("errors").GetRawText());
    }

    [Fact]
    public async Task Unavailable_says_when_to_try_again()
    {
        var (http, _) = await WriteAsync(Problem.Unavailable);

        Assert.Equal("2", http.Response.Headers.RetryAfter);
    }

    private static async Task<(HttpContext Http, JsonElement Json)> WriteAsync(
        Func<HttpContext, ProblemHttpResult> create)
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .ConfigureHttpJsonOptions(options => ServiceJson.Configure(options.SerializerOptions))
            .BuildServiceProvider();
        var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = services, TraceIdentifier = "the-request" };
        http.Response.Body = body;
        await create(http).ExecuteAsync(http);
        return (http, JsonDocument.Parse(body.ToArray()).RootElement);
    }
}
