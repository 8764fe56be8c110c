using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Twilio.Security;

namespace RecoveryOS.Core.Tests.Messaging.Providers;

/// <summary>
/// Takes status callbacks, and keeps those that are signed; a disposed one has answered what it took.
/// </summary>
internal sealed class CallbackReceiver : IAsyncDisposable
{
    private readonly RequestValidator validator = new(ProviderStage.Token);
    private readonly WebApplication app;
    private int unsigned;

    private CallbackReceiver(WebApplication app)
    {
        this.app = app;
        app.Run(ReceiveAsync);
    }

    public string Url => $"{app.Urls.Single()}/";

    /// <summary>Message id, status and error code, as they came.</summary>
    public ConcurrentQueue<(string? Message, string? Status, string? Error)> Signed { get; } = new();

    public int Unsigned => unsigned;

    public static async Task<CallbackReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        CallbackReceiver receiver = new(builder.Build());
        await receiver.app.StartAsync(cancellationToken);
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        // Takes no more connections, and waits until the callbacks under way are answered.
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        var request = context.Request;
        var form = await request.ReadFormAsync(context.RequestAborted);
        var fields = form.ToDictionary(field => field.Key, field => field.Value.ToString());
        if (request.Headers["X-Twilio-Signature"].ToString() is { Length: > 0 } signature
            && validator.Validate(request.GetEncodedUrl(), fields, signature))
        {
            Signed.Enqueue((request.Query["message"], form["MessageStatus"], form["ErrorCode"]));
        }
        else
        {
            Interlocked.Increment(ref unsigned);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
