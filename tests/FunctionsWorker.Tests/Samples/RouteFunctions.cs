using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsWorker.Tests.Samples;

/// <summary>One route of each kind.</summary>
public sealed class RouteFunctions
{
    [Function(nameof(ByNumber))]
    public Ok<string> ByNumber(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "things/{id:int}")] HttpRequest request, int id) =>
        TypedResults.Ok($"number {id}");

    [Function(nameof(ByGuid))]
    public Ok<string> ByGuid(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "things/{id:guid}")] HttpRequest request, Guid id) =>
        TypedResults.Ok($"guid {id}");

    [Function(nameof(Newest))]
    public Ok<string> Newest(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "things/newest")] HttpRequest request) =>
        TypedResults.Ok("newest");

    [Function(nameof(Any))]
    public Ok<string> Any(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "any/{id}")] HttpRequest request, string id) =>
        TypedResults.Ok($"any {id}");

    [Function(nameof(Known))]
    public Ok<string> Known(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "any/known")] HttpRequest request) =>
        TypedResults.Ok("known");

    [Function(nameof(Pages))]
    public Ok<string> Pages(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "pages/{page:long?}")] HttpRequest request,
        long page = 1) => TypedResults.Ok($"page {page}");

    [Function(nameof(Flag))]
    public Ok<string> Flag(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "flags/{on:bool?}")] HttpRequest request, bool? on) =>
        TypedResults.Ok($"flag {on?.ToString() ?? "unset"}");

    [Function(nameof(Unnamed))]
    public Ok<string> Unnamed([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) =>
        TypedResults.Ok(request.Method);

    [Function(nameof(Heads))]
    public NoContent Heads(
        [HttpTrigger(AuthorizationLevel.Anonymous, "HEAD", "options", Route = "heads")] HttpRequest request) =>
        TypedResults.NoContent();

    [Function(nameof(Create))]
    public Ok<string> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "things/newest")] HttpRequest request) =>
        TypedResults.Ok("created");
}
