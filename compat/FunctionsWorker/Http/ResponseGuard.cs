using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace FunctionsWorker;

/// <summary>The outermost step: host.json's headers on every response, and an empty 500 for an exception.</summary>
internal sealed partial class ResponseGuard(HostJson settings, ILogger<ResponseGuard> logger)
{
    private readonly KeyValuePair<string, StringValues>[] _headers =
        [.. settings.CustomHeaders.Select(header => KeyValuePair.Create(header.Name, new StringValues(header.Value)))];

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        SetHeaders(http.Response);
        try
        {
            await next(http);
        }
        catch (Exception e) when (IsClientGone(http, e))
        {
            http.Abort();
        }
        catch (Exception e)
        {
            LogFailed(e, http.GetEndpoint()?.DisplayName);
            Fail(http, e);
        }
    }

    private static bool IsClientGone(HttpContext http, Exception e) =>
        e is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested;

    private void Fail(HttpContext http, Exception e)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.Clear();
        http.Response.StatusCode = (e as BadHttpRequestException)?.StatusCode ?? 500;
        SetHeaders(http.Response);
    }

    private void SetHeaders(HttpResponse response)
    {
        foreach (var (name, value) in _headers)
            response.Headers[name] = value;
    }

    [LoggerMessage(LogLevel.Error, "Function {function} failed.")]
    private partial void LogFailed(Exception exception, string? function);
}
