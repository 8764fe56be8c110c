using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsWorker.Tests.Samples;

/// <summary>One function for each thing that a function may return.</summary>
public sealed class ReturnFunctions
{
    [Function(nameof(Nothing))]
    public void Nothing([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        request.HttpContext.Response.Headers["X-Ran"] = "yes";

    [Function(nameof(NothingLater))]
    public async Task NothingLater([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
    {
        await Task.Yield();
        Nothing(request);
    }

    [Function(nameof(NothingByValueTask))]
    public async ValueTask NothingByValueTask([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
    {
        await Task.Yield();
        Nothing(request);
    }

    [Function(nameof(Null))]
    public Task<IResult?> Null([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
    {
        Nothing(request);
        return Task.FromResult<IResult?>(null);
    }

    [Function(nameof(Plain))]
    public IResult Plain([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => Thing(request);

    [Function(nameof(Later))]
    public async Task<Accepted<Thing>> Later([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
    {
        await Task.Yield();
        return Thing(request);
    }

    [Function(nameof(Union))]
    public Task<Results<Accepted<Thing>, NotFound>> Union(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        Task.FromResult<Results<Accepted<Thing>, NotFound>>(Thing(request));

    [Function(nameof(ByValueTask))]
    public ValueTask<Accepted<Thing>> ByValueTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new(Thing(request));

    [Function(nameof(Static))]
    public static Accepted<Thing> Static([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        Thing(request);

    [Function(nameof(Action))]
    public IActionResult Action([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
    {
        Nothing(request);
        return new StatusCodeResult(418);
    }

    [Function(nameof(ActionLater))]
    public Task<StatusCodeResult> ActionLater([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
    {
        Nothing(request);
        return Task.FromResult(new StatusCodeResult(418));
    }

    private static Accepted<Thing> Thing(HttpRequest request)
    {
        request.HttpContext.Response.Headers["X-Ran"] = "yes";
        return TypedResults.Accepted((string?)null, new Thing(7, "seven"));
    }
}
