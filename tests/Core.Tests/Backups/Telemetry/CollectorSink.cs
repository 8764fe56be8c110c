using System.Collections.Concurrent;
using System.Text;

namespace RecoveryOS.Core.Tests.Backups.Telemetry;

/// <summary>
/// An OpenTelemetry collector that keeps what it is sent: protobuf, in which names are readable bytes.
/// </summary>
internal sealed class CollectorSink : IAsyncDisposable
{
    private LocalServer? server;

    public ConcurrentQueue<(string Path, string Body)> Requests { get; } = [];

    public string Address => server?.Address ?? throw new InvalidOperationException("It does not run.");

    public static async Task<CollectorSink> StartAsync(CancellationToken cancellationToken)
    {
        var sink = new CollectorSink();
        sink.server = await LocalServer.StartAsync(
            async context =>
            {
                using var reader = new StreamReader(context.Request.Body, Encoding.Latin1);
                sink.Requests.Enqueue((context.Request.Path, await reader.ReadToEndAsync(context.RequestAborted)));
                context.Response.ContentType = "application/x-protobuf";
            },
            cancellationToken);
        return sink;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }
}
