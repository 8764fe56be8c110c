using System.Net.Sockets;
using System.Text;

namespace RecoveryOS.Core.Tests.Messaging.Providers;

/// <summary>That a test which ends while callbacks are under way does not fail for it.</summary>
public sealed class CallbackReceiverTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_callback_under_way_is_answered_before_the_receiver_is_gone()
    {
        var receiver = await CallbackReceiver.StartAsync(CancellationToken);
        Uri url = new(receiver.Url);
        using TcpClient caller = new();
        await caller.ConnectAsync(url.Host, url.Port, CancellationToken);
        await using var stream = caller.GetStream();
        using StreamReader answer = new(stream);
        await SendAsync(stream, $"""
            POST / HTTP/1.1
            Host: {url.Authority}
            Content-Type: application/x-www-form-urlencoded
            Content-Length: 3
            Expect: 100-continue


            """);
        // The receiver says this when it begins to read the body.
        Assert.Equal("HTTP/1.1 100 Continue", await answer.ReadLineAsync(CancellationToken));
        Assert.Equal("", await answer.ReadLineAsync(CancellationToken));

        var gone = receiver.DisposeAsync().AsTask();
        Assert.False(gone.IsCompleted);
        await SendAsync(stream, "A=B");

        Assert.Equal("HTTP/1.1 204 No Content", await answer.ReadLineAsync(CancellationToken));
        await gone;
        Assert.Equal(1, receiver.Unsigned);
    }

    private static async Task SendAsync(NetworkStream stream, string text) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text.ReplaceLineEndings("\r\n")), CancellationToken);
}
