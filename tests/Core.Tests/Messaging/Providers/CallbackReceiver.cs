using System.Collections.Concurrent;
using System.Net;
using Twilio.Security;

namespace RecoveryOS.Core.Tests.Messaging.Providers;

/// <summary>Takes status callbacks, and keeps those that are signed.</summary>
internal sealed class CallbackReceiver : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly RequestValidator validator = new(ProviderStage.Token);
    private readonly Task work;

    public CallbackReceiver()
    {
        // The simulator's own way to a free port is not open to a listener that must know it before.
        using (System.Net.Sockets.TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }

        listener.Prefixes.Add(Url);
        listener.Start();
        work = Task.Run(ReceiveAsync);
    }

    public string Url { get; }

    /// <summary>Message id, status and error code, as they came.</summary>
    public ConcurrentQueue<(string? Message, string? Status, string? Error)> Signed { get; } = new();

    public int Unsigned { get; private set; }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await work;
    }

    private async Task ReceiveAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                // Stopped.
                return;
            }

            using StreamReader reader = new(context.Request.InputStream);
            var form = System.Web.HttpUtility.ParseQueryString(await reader.ReadToEndAsync());
            var fields = form.AllKeys.OfType<string>().ToDictionary(name => name, name => form[name] ?? "");
            var url = context.Request.Url?.AbsoluteUri ?? "";
            if (validator.Validate(url, fields, context.Request.Headers["X-Twilio-Signature"]))
            {
                Signed.Enqueue((context.Request.QueryString["message"], form["MessageStatus"], form["ErrorCode"]));
            }
            else
            {
                Unsigned++;
            }

            context.Response.StatusCode = 204;
            context.Response.Close();
        }
    }
}
