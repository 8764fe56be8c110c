using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace FunctionsWorker;

/// <summary>The routes: one for each HTTP trigger, and the one that fires timers.</summary>
internal sealed class FunctionEndpoints(HostJson settings, FunctionSet set, Timers timers)
{
    public IEnumerable<Endpoint> All =>
    [
        Route("admin/functions/{name}", [HttpMethods.Post], new FireTimer(timers).InvokeAsync, "FireTimer"),
        .. from function in set.Functions
           let trigger = function.Trigger as HttpTriggerAttribute
           where trigger is not null
           let route = $"{settings.RoutePrefix.Trim('/')}/{(trigger.Route ?? function.Name).TrimStart('/')}"
           select Route(route, trigger.Methods ?? [], Serve(function), function.Name),
    ];

    private static RouteEndpoint Route(string route, string[] methods, RequestDelegate serve, string name) =>
        new(serve, RoutePatternFactory.Parse(route.TrimStart('/')), order: 0,
            methods is [] ? EndpointMetadataCollection.Empty : new(new HttpMethodMetadata(methods)), name);

    private RequestDelegate Serve(Function function)
    {
        if (function.Trigger is HttpTriggerAttribute { AuthLevel: not AuthorizationLevel.Anonymous })
            throw new InvalidOperationException(
                $"Function {function.Name} asks for a host key, and this worker has none: say Anonymous.");

        var pipeline = set.Pipeline;
        return http => ServeAsync(function, pipeline, http);
    }

    /// <summary>The answer is written outside the middleware, as the official worker does it.</summary>
    private static async Task ServeAsync(Function function, FunctionExecutionDelegate pipeline, HttpContext http)
    {
        var invocation = new Invocation(function, http);
        await pipeline(invocation);
        if (invocation.Result is IResult result)
            await result.ExecuteAsync(http);
        else if (invocation.Result is { } other)
            await ActionResults.ExecuteAsync(other, http);
    }
}
