using System.Net.Sockets;
using System.Text;

namespace FunctionsWorker.Tests;

public sealed class DrainTests
{
    [Fact]
    public async Task Sigterm_finishes_the_request_in_flight_refuses_new_ones_and_exits_with_0()
    {
        using var sample = await SampleProcess.StartAsync();
        using var inFlight = await sample.TryConnectAsync();
        Assert.NotNull(inFlight);
        await SendAsync(inFlight, "POST /api/echo HTTP/1.1\r\nHost: test\r\nContent-Length: 8\r\n\r\nhalf");
        using var answer = new StreamReader(inFlight.GetStream(), Encoding.ASCII);
        Assert.Equal("HTTP/1.1 200 OK", await answer.ReadLineAsync(TestContext.Current.CancellationToken));

        await sample.TerminateAsync();
        while (await sample.TryConnectAsync() is { } connection)
            connection.Dispose();

        await SendAsync(inFlight, "done");
        var rest = await answer.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains("half", rest, StringComparison.Ordinal);
        Assert.Contains("done", rest, StringComparison.Ordinal);
        await sample.ExitAsync();
        Assert.Equal(0, sample.ExitCode);
    }

    [Fact]
    public async Task Functions_are_found_in_the_entry_assembly()
    {
        using var sample = await SampleProcess.StartAsync();
        using var client = new HttpClient { BaseAddress = sample.Address };

        var answer = await client.GetStringAsync("api/ping/7", TestContext.Current.CancellationToken);

        Assert.Equal("\"pong 7\"", answer);
    }

    private static async Task SendAsync(TcpClient connection, string text) =>
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
}
