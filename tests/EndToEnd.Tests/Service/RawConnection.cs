using System.Net.Sockets;
using System.Text;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>A connection on which a test writes bytes that no HTTP client would.</summary>
internal static class RawConnection
{
    /// <summary>Sends the text as Latin-1, and reads until the service closes.</summary>
    public static async Task<string> ExchangeAsync(Uri address, string request)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port, limit.Token);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), limit.Token);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(limit.Token);
    }
}
