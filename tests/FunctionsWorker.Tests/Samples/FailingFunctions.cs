using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsWorker.Tests.Samples;

/// <summary>Functions that go wrong, or whose client does.</summary>
public sealed class FailingFunctions(Probe? probe = null)
{
    [Function(nameof(Throws))]
    public IResult Throws([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "throws")] HttpRequest request) =>
        throw new InvalidOperationException($"the secret of {request.Path}");

    [Function(nameof(ThrowsLater))]
    public async Task<IResult> ThrowsLater(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "throws-later")] HttpRequest request)
    {
        await Task.Yield();
        throw new InvalidOperationException($"the secret of {request.Path}");
    }

    [Function(nameof(ThrowsAfterHeaders))]
    public IResult ThrowsAfterHeaders(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "throws-after-headers")] HttpRequest request)
    {
        request.HttpContext.Response.Headers["X-Half"] = "done";
        request.HttpContext.Response.StatusCode = 201;
        throw new InvalidOperationException();
    }

    [Function(nameof(ThrowsAfterStart))]
    public async Task ThrowsAfterStart(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "throws-after-start")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        await request.HttpContext.Response.WriteAsync("half", cancellationToken);
        await request.HttpContext.Response.Body.FlushAsync(cancellationToken);
        throw new InvalidOperationException();
    }

    [Function(nameof(Cached))]
    public void Cached([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "cached")] HttpRequest request) =>
        request.HttpContext.Response.Headers.CacheControl = "max-age=60";

    /// <summary>Waits for its client to go.</summary>
    [Function(nameof(Waits))]
    public async Task Waits(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "waits")] HttpRequest request,
        FunctionContext context, CancellationToken cancellationToken)
    {
        probe?.Note("begun");
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            probe?.Note(
                $"{cancellationToken.IsCancellationRequested} {context.CancellationToken.IsCancellationRequested}");
        }
    }

    [Function(nameof(Length))]
    public async Task<IResult> Length(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "length")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        long length = 0;
        while (await request.Body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            length += read;
        return TypedResults.Ok(length);
    }
}
