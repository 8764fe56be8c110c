using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsWorker.Sample;

/// <summary>What a process of its own is asked in the tests.</summary>
public sealed class SampleFunctions
{
    [Function(nameof(Ping))]
    public Ok<string> Ping(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ping/{id:int?}")] HttpRequest request, int id) =>
        TypedResults.Ok($"pong {id}");

    /// <summary>Answers with the body, once the client has sent all of it; says first that it has begun.</summary>
    [Function(nameof(Echo))]
    public async Task Echo(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "echo")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        await request.HttpContext.Response.StartAsync(cancellationToken);
        await request.Body.CopyToAsync(request.HttpContext.Response.Body, cancellationToken);
    }

    [Function(nameof(Fails))]
    public IResult Fails([HttpTrigger(AuthorizationLevel.Anonymous, Route = "fails")] HttpRequest request) =>
        throw new InvalidOperationException($"{request.Path} fails");
}
