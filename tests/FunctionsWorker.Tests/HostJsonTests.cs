using System.Net;
using FunctionsWorker.Tests.Samples;

namespace FunctionsWorker.Tests;

public sealed class HostJsonTests
{
    private const string Headers = """
        {
          // As the Functions host reads it, comments and all.
          "version": "2.0",
          "extensions": { "http": {
            "routePrefix": "", "customHeaders": { "X-Frame-Options": "DENY", "Cache-Control": "no-store" } } },
        }
        """;

    [Theory]
    [InlineData("{}", "api/things/newest")]
    [InlineData("""{ "extensions": { "http": { "routePrefix": "" } } }""", "things/newest")]
    [InlineData("""{ "extensions": { "http": { "routePrefix": "one/two" } } }""", "one/two/things/newest")]
    public async Task Route_prefix_is_host_jsons(string hostJson, string path)
    {
        using var folder = new AppFolder().With("host.json", hostJson);
        await using var app = await WorkerApp.StartAsync<RouteFunctions>(null, folder.Args);

        Assert.Equal("\"newest\"", await app.GetStringAsync(path));
    }

    [Theory]
    [InlineData("GET", "things/newest", HttpStatusCode.OK)]
    [InlineData("HEAD", "heads", HttpStatusCode.NoContent)]
    [InlineData("GET", "nowhere", HttpStatusCode.NotFound)]
    [InlineData("PUT", "things/newest", HttpStatusCode.NotFound)]
    [InlineData("GET", "throws", HttpStatusCode.InternalServerError)]
    [InlineData("GET", "throws-after-headers", HttpStatusCode.InternalServerError)]
    [InlineData("POST", "admin/functions/none", HttpStatusCode.NotFound)]
    public async Task Custom_headers_are_on_every_response(string method, string path, HttpStatusCode status)
    {
        using var folder = new AppFolder().With("host.json", Headers);
        await using var app = await WorkerApp.StartAsync(
            [typeof(RouteFunctions), typeof(FailingFunctions)], null, folder.Args);

        var response = await app.SendAsync(new(method), path);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(["DENY"], response.Headers.GetValues("X-Frame-Options"));
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Function_may_replace_a_custom_header()
    {
        using var folder = new AppFolder().With("host.json", Headers);
        await using var app = await WorkerApp.StartAsync<FailingFunctions>(null, folder.Args);

        var response = await app.GetAsync("cached");

        Assert.Equal(TimeSpan.FromMinutes(1), response.Headers.CacheControl?.MaxAge);
    }
}
