using System.Net;
using System.Text.Json;
using FunctionsWorker.Tests.Samples;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsWorker.Tests;

public sealed class ReturnTests
{
    private const string CamelCase = """{"thingNumber":7,"displayName":"seven"}""";
    private const string SnakeCase = """{"thing_number":7,"display_name":"seven"}""";

    [Theory]
    [InlineData("Nothing", 200, "")]
    [InlineData("NothingLater", 200, "")]
    [InlineData("NothingByValueTask", 200, "")]
    [InlineData("Null", 200, "")]
    [InlineData("Plain", 202, CamelCase)]
    [InlineData("Later", 202, CamelCase)]
    [InlineData("Union", 202, CamelCase)]
    [InlineData("ByValueTask", 202, CamelCase)]
    [InlineData("Static", 202, CamelCase)]
    [InlineData("Action", 418, "")]
    [InlineData("ActionLater", 418, "")]
    public async Task Whatever_a_function_returns_is_answered(string function, int status, string body)
    {
        await using var app = await WorkerApp.StartAsync<ReturnFunctions>();

        // Each function is prepared by its first call: the second must not differ.
        for (var call = 0; call < 2; call++)
        {
            var response = await app.GetAsync($"api/{function}");

            Assert.Equal((HttpStatusCode)status, response.StatusCode);
            Assert.Equal(body, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(["yes"], response.Headers.GetValues("X-Ran"));
        }
    }

    [Fact]
    public async Task Results_are_written_with_the_apps_json_options()
    {
        await using var app = await WorkerApp.StartAsync<ReturnFunctions>(builder => builder.Services
            .ConfigureHttpJsonOptions(json =>
                json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower));

        Assert.Equal(SnakeCase, await app.GetStringAsync("api/Union"));
    }
}
