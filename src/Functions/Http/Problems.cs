using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Messaging.Spools;
using RecoveryOS.Core.Telemetry;

namespace RecoveryOS.Functions.Http;

/// <summary>
/// The outermost middleware: gives each request its id, turns what was thrown into a problem document, and logs the
/// outcome.
/// </summary>
public sealed partial class Problems(ILogger<Problems> logger, TimeProvider time) : IFunctionsWorkerMiddleware
{
    private const string Header = "X-Request-Id";

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http)
        {
            await next(context);
            return;
        }

        var started = time.GetTimestamp();
        var requestId = RequestId(http.Request.Headers[Header]);
        http.TraceIdentifier = requestId;
        http.Response.Headers[Header] = requestId;
        using var scope = logger.BeginScope(new RequestScope(requestId));
        // The worker writes what a function returned after the middleware: only then is the status known.
        http.Response.OnCompleted(() =>
        {
            var took = time.GetElapsedTime(started).TotalMilliseconds;
            RequestCompleted(logger, requestId, context.FunctionDefinition.Name, http.Response.StatusCode, took);
            return Task.CompletedTask;
        });
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; nobody reads an answer.
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            await AnswerAsync(http, exception);
        }
    }

    private Task AnswerAsync(HttpContext http, Exception exception)
    {
        // The body broke off, or its framing is wrong.
        if (exception is BadHttpRequestException)
        {
            return Problem.MalformedJson(http).ExecuteAsync(http);
        }

        if (IsOutage(exception))
        {
            DependencyUnavailable(logger, exception);
            return Problem.Unavailable(http).ExecuteAsync(http);
        }

        RequestFailed(logger, exception);
        return Problem.Internal(http).ExecuteAsync(http);
    }

    private static bool IsOutage(Exception exception) =>
        exception is KeysUnavailableException or SpoolUnavailableException
            or BackupStoreException { Failure: BackupStoreFailure.Unavailable }
        || Outage.Is(exception);

    private static string RequestId(Microsoft.Extensions.Primitives.StringValues header) =>
        header is [{ Length: >= 1 and <= 64 } own]
            && own.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? own
            : Guid.CreateVersion7().ToString();

    [LoggerMessage(EventName = "request_completed", Level = LogLevel.Information,
        Message = "{request_id} {function} {status} {duration_ms}")]
    private static partial void RequestCompleted(
        ILogger logger, string request_id, string function, int status, double duration_ms);

    [LoggerMessage(EventName = "dependency_unavailable", Level = LogLevel.Warning, Message = "")]
    private static partial void DependencyUnavailable(ILogger logger, Exception exception);

    [LoggerMessage(EventName = "request_failed", Level = LogLevel.Error, Message = "")]
    private static partial void RequestFailed(ILogger logger, Exception exception);
}
