using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Cli.Tests.PostgresServers;

public sealed class LocalPortTests
{
    [Fact]
    public void A_free_port_can_be_listened_on_and_is_never_given_to_an_outgoing_connection()
    {
        var outgoing = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split((char[]?)null)[0];

        for (var time = 0; time < 100; time++)
        {
            var port = LocalPort.Free();
            Assert.InRange(port, 1024, int.Parse(outgoing, CultureInfo.InvariantCulture) - 1);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
    }
}
