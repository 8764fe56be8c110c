using System.Net;
using FunctionsWorker.Tests.Samples;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionsWorker.Tests;

public sealed class MiddlewareTests
{
    private readonly Probe _probe = new();

    [Fact]
    public async Task Middleware_runs_in_the_order_of_its_registration()
    {
        await using var app = await StartAsync();

        await app.GetAsync("api/step");

        Assert.Equal(["outer", "inner", "function"], await NotesAsync(3));
    }

    [Fact]
    public async Task Middleware_that_does_not_call_next_has_answered()
    {
        await using var app = await StartAsync();

        var response = await app.GetAsync("api/step?refuse");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        _probe.Note("end");
        Assert.Equal(["outer", "inner", "end"], await NotesAsync(3));
    }

    [Fact]
    public async Task Exception_passes_through_the_middleware()
    {
        await using var app = await StartAsync();

        var response = await app.GetAsync("api/fail");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains(
            "/api/fail fails", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Empty(app.Log.Errors);
    }

    [Fact]
    public async Task Middleware_may_set_headers_before_and_after_the_function()
    {
        await using var app = await StartAsync();

        var response = await app.GetAsync("api/step");

        Assert.Equal(["next"], response.Headers.GetValues("X-After"));
        Assert.Equal("\"done\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Middleware_and_function_share_one_context()
    {
        await using var app = await StartAsync();

        var response = await app.GetAsync("api/step");

        Assert.Equal(["FunctionsWorker.Tests.Samples.StepFunctions.Step"], response.Headers.GetValues("X-Entry"));
        Assert.Equal(["Renamed"], response.Headers.GetValues("X-Name"));
        Assert.Equal(["carried"], response.Headers.GetValues("X-Item"));
        Assert.Equal(["featured"], response.Headers.GetValues("X-Feature"));
    }

    [Theory]
    [InlineData("X-Invocation")]
    [InlineData("X-Scope")]
    public async Task Each_invocation_has_its_own_id_and_scope(string header)
    {
        await using var app = await StartAsync();

        var first = (await app.GetAsync("api/step")).Headers.GetValues(header).Single();
        var second = (await app.GetAsync("api/step")).Headers.GetValues(header).Single();

        Assert.True(Guid.TryParse(first, out _), first);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task Timer_passes_the_middleware_without_a_request()
    {
        await using var app = await StartAsync(withTimer: true);

        Assert.Equal(["outer, no request", "inner", "Tick True False"], await NotesAsync(3));
    }

    private async Task<List<string>> NotesAsync(int count)
    {
        var notes = new List<string>();
        while (notes.Count < count)
            notes.Add(await _probe.NextNoteAsync());
        return notes;
    }

    private Task<WorkerApp> StartAsync(bool withTimer = false) => WorkerApp.StartAsync<StepFunctions>(
        Configure, "--AzureWebJobs:Tick:Disabled", withTimer ? "false" : "true");

    private void Configure(FunctionsApplicationBuilder builder)
    {
        builder.UseMiddleware<OuterStep>();
        builder.UseMiddleware<InnerStep>();
        builder.Services.AddSingleton(_probe).AddScoped<Scoped>();
    }
}
