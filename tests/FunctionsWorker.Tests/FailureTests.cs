using System.Net;
using System.Text;
using FunctionsWorker.Tests.Samples;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsWorker.Tests;

public sealed class FailureTests
{
    [Theory]
    [InlineData("api/throws")]
    [InlineData("api/throws-later")]
    [InlineData("api/throws-after-headers")]
    public async Task Exception_is_an_empty_500_and_a_line_in_the_log(string path)
    {
        await using var app = await WorkerApp.StartAsync<FailingFunctions>();

        var response = await app.GetAsync(path);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(["Date"], response.Headers.Select(header => header.Key));
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        var line = Assert.Single(app.Log.Errors);
        Assert.IsType<InvalidOperationException>(line.Exception);
        Assert.Contains("Throws", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exception_after_the_response_has_started_breaks_the_connection()
    {
        await using var app = await WorkerApp.StartAsync<FailingFunctions>();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => app.GetStringAsync("api/throws-after-start"));
    }

    [Fact]
    public async Task Client_that_goes_away_cancels_the_function()
    {
        var probe = new Probe();
        await using var app = await WorkerApp.StartAsync<FailingFunctions>(
            builder => builder.Services.AddSingleton(probe));

        using (var connection = await app.ConnectAsync())
        {
            var request = "GET /api/waits HTTP/1.1\r\nHost: test\r\n\r\n"u8.ToArray();
            await connection.GetStream().WriteAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal("begun", await probe.NextNoteAsync());
        }

        Assert.Equal("True True", await probe.NextNoteAsync());
        await app.StopAsync();
        Assert.Empty(app.Log.Errors);
    }

    [Fact]
    public async Task Broken_request_body_is_the_clients_400()
    {
        await using var app = await WorkerApp.StartAsync<FailingFunctions>();
        using var connection = await app.ConnectAsync();
        var request =
            "POST /api/length HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"u8.ToArray();

        await connection.GetStream().WriteAsync(request, TestContext.Current.CancellationToken);

        using var reader = new StreamReader(connection.GetStream(), Encoding.ASCII);
        Assert.Equal("HTTP/1.1 400 Bad Request", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Request_body_has_no_limit()
    {
        const int beyondKestrelsOwn = 31_000_000;
        await using var app = await WorkerApp.StartAsync<FailingFunctions>();

        using var body = new ByteArrayContent(new byte[beyondKestrelsOwn]);
        var response = await app.Client.PostAsync("api/length", body, TestContext.Current.CancellationToken);

        Assert.Equal(
            $"{beyondKestrelsOwn}", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Server_does_not_name_itself()
    {
        await using var app = await WorkerApp.StartAsync<RouteFunctions>();

        var response = await app.GetAsync("api/things/newest");

        Assert.Empty(response.Headers.Server);
    }
}
