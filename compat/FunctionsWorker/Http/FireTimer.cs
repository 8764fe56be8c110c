using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FunctionsWorker;

/// <summary>POST /admin/functions/{name}: runs a timer function now, for clients on this machine.</summary>
internal sealed class FireTimer(Timers timers)
{
    public Task InvokeAsync(HttpContext http)
    {
        http.Response.StatusCode = !IsLocal(http) ? StatusCodes.Status403Forbidden
            : http.GetRouteValue("name") is string name && timers.Fire(name) ? StatusCodes.Status202Accepted
            : StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>A proxy on this machine speaks for a client that need not be.</summary>
    private static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !http.Request.Headers.ContainsKey("X-Forwarded-For") && !http.Request.Headers.ContainsKey("Forwarded");
}
