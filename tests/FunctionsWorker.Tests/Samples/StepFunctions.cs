using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsWorker.Tests.Samples;

/// <summary>Functions that tell what middleware and services gave them.</summary>
public sealed class StepFunctions(Probe probe, Scoped scoped)
{
    [Function("Renamed")]
    public IResult Step(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "step")] HttpRequest request, FunctionContext context)
    {
        probe.Note("function");
        request.HttpContext.Response.Headers["X-Entry"] = context.FunctionDefinition.EntryPoint;
        request.HttpContext.Response.Headers["X-Name"] = context.FunctionDefinition.Name;
        request.HttpContext.Response.Headers["X-Item"] = context.Items.TryGetValue("item", out var item)
            ? $"{item}"
            : "";
        request.HttpContext.Response.Headers["X-Feature"] = context.Features.Get<string>();
        request.HttpContext.Response.Headers["X-Invocation"] = context.InvocationId;
        request.HttpContext.Response.Headers["X-Scope"] =
            ReferenceEquals(scoped, context.InstanceServices.GetService(typeof(Scoped))) ? $"{scoped.Id}" : "not mine";
        return TypedResults.Ok("done");
    }

    [Function(nameof(Fail))]
    public IResult Fail([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "fail")] HttpRequest request) =>
        throw new InvalidOperationException($"{request.Path} fails");

    [Function(nameof(Tick))]
    public void Tick([TimerTrigger("0 0 0 1 1 *", RunOnStartup = true)] TimerInfo timer, FunctionContext context) =>
        probe.Note($"{context.FunctionDefinition.Name} {context.GetHttpContext() is null} {timer.IsPastDue}");
}
