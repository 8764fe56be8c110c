using FunctionsWorker.Tests.Samples;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FunctionsWorker.Tests;

public sealed class StartTests
{
    [Theory]
    [InlineData(typeof(WrongFunctions.BodyParameter), "nothing binds its parameter thing")]
    [InlineData(typeof(WrongFunctions.ParameterNotInRoute), "nothing binds its parameter other")]
    [InlineData(typeof(WrongFunctions.PlainReturn), "returns String")]
    [InlineData(typeof(WrongFunctions.HostKey), "asks for a host key")]
    [InlineData(typeof(WrongFunctions.NoTrigger), "has no trigger")]
    [InlineData(typeof(WrongFunctions.BadSchedule), "'every now and then' is not a schedule")]
    [InlineData(typeof(WrongFunctions.MissingSetting), "the setting Schedules:Wrong")]
    [InlineData(typeof(WrongFunctions.SameName), "Two functions are named")]
    public async Task Function_that_cannot_work_stops_the_start_and_is_named(Type functions, string reason)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => WorkerApp.StartAsync([functions], null));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("wrong", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Worker_without_its_web_application_says_what_is_missing()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.FunctionClasses = new([]);

        var error = Assert.Throws<InvalidOperationException>(builder.Build);

        Assert.Contains("ConfigureFunctionsWebApplication", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_leaves_logging_to_the_app()
    {
        await using var app = await WorkerApp.StartAsync<RouteFunctions>();

        Assert.Same(app.Log, Assert.Single(app.Services.GetServices<ILoggerProvider>()));
    }

    [Fact]
    public async Task Requests_in_flight_have_30_seconds_to_finish()
    {
        await using var app = await WorkerApp.StartAsync<RouteFunctions>();

        Assert.Equal(
            TimeSpan.FromSeconds(30), app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Fact]
    public async Task Disabled_http_function_is_an_empty_404()
    {
        await using var app = await WorkerApp.StartAsync<RouteFunctions>(
            null, "--AzureWebJobs.Newest.Disabled", "true");

        var response = await app.GetAsync("api/things/newest");

        Assert.Equal(System.Net.HttpStatusCode.NotFound, response.StatusCode);
    }
}
