using System.Net;
using FunctionsWorker.Tests.Samples;

namespace FunctionsWorker.Tests;

public sealed class RouteTests
{
    [Theory]
    [InlineData("api/things/7", "number 7")]
    [InlineData("api/things/6f9619ff-8b86-d011-b42d-00c04fc964ff", "guid 6f9619ff-8b86-d011-b42d-00c04fc964ff")]
    [InlineData("api/things/newest", "newest")]
    [InlineData("API/Things/NEWEST", "newest")]
    [InlineData("api/any/Name", "any Name")]
    [InlineData("api/any/known", "known")]
    [InlineData("api/pages/9000000000", "page 9000000000")]
    [InlineData("api/pages", "page 1")]
    [InlineData("api/flags/true", "flag True")]
    [InlineData("api/flags", "flag unset")]
    [InlineData("api/Unnamed", "GET")]
    [InlineData("api/unnamed", "GET")]
    public async Task Path_reaches_its_function(string path, string answer)
    {
        await using var app = await WorkerApp.StartAsync<RouteFunctions>();

        Assert.Equal($"\"{answer}\"", await app.GetStringAsync(path));
    }

    [Theory]
    [InlineData("GET", "nowhere")]
    [InlineData("GET", "api/things")]
    [InlineData("GET", "api/things/seven")]
    [InlineData("GET", "things/7")]
    public async Task Path_without_a_function_is_an_empty_404(string method, string path) =>
        await AssertEmpty404(method, path);

    [Theory]
    [InlineData("POST", "api/things/7")]
    [InlineData("DELETE", "api/things/newest")]
    [InlineData("HEAD", "api/things/7")]
    [InlineData("OPTIONS", "api/things/7")]
    [InlineData("GET", "api/heads")]
    [InlineData("GET", "admin/functions/ByNumber")]
    public async Task Wrong_method_is_an_empty_404(string method, string path) => await AssertEmpty404(method, path);

    [Fact]
    public async Task Same_route_is_told_apart_by_its_methods()
    {
        await using var app = await WorkerApp.StartAsync<RouteFunctions>();

        var response = await app.SendAsync(HttpMethod.Post, "api/things/newest");

        Assert.Equal("\"created\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public async Task Trigger_may_name_any_method(string method)
    {
        await using var app = await WorkerApp.StartAsync<RouteFunctions>();

        var response = await app.SendAsync(new(method), "api/heads");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("PURGE")]
    public async Task Trigger_without_methods_takes_all(string method)
    {
        await using var app = await WorkerApp.StartAsync<RouteFunctions>();

        var response = await app.SendAsync(new(method), "api/Unnamed");

        Assert.Equal($"\"{method}\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task AssertEmpty404(string method, string path)
    {
        await using var app = await WorkerApp.StartAsync<RouteFunctions>();

        var response = await app.SendAsync(new(method), path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(["Date"], response.Headers.Select(header => header.Key));
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
