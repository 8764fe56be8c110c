using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace FunctionsWorker.Tests.Samples;

/// <summary>Refuses a request that says so, by answering it and not calling the rest.</summary>
public sealed class InnerStep(Probe probe) : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        probe.Note("inner");
        return context.GetHttpContext() is { } http && http.Request.Query.ContainsKey("refuse")
            ? TypedResults.Problem(statusCode: 401).ExecuteAsync(http)
            : next(context);
    }
}
