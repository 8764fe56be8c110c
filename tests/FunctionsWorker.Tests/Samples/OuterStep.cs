using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace FunctionsWorker.Tests.Samples;

/// <summary>Turns exceptions into an answer, and sets a header before and one after the rest.</summary>
public sealed class OuterStep(Probe probe) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http)
        {
            probe.Note("outer, no request");
            await next(context);
            return;
        }

        probe.Note("outer");
        context.Items["item"] = "carried";
        context.Features.Set("featured");
        try
        {
            await next(context);
            if (!http.Response.HasStarted)
                http.Response.Headers["X-After"] = "next";
        }
        catch (InvalidOperationException e)
        {
            await TypedResults.Problem(e.Message, statusCode: 503).ExecuteAsync(http);
        }
    }
}
