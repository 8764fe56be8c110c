using System.Net;
using System.Net.Sockets;

namespace RecoveryOS.Core.PostgresServers;

/// <summary>A port for a server on this machine that may be started again on the same one.</summary>
public static class LocalPort
{
    private const int First = 10000;

    // From here on Linux gives ports to outgoing connections (ip_local_port_range), others from 49152 on: one of those
    // can be somebody's by the time that a stopped server comes back.
    private const int End = 32768;
    private const int Attempts = 100;

    /// <summary>One that nobody listens on now.</summary>
    /// <exception cref="PostgresServerException">There is none.</exception>
    public static int Free()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = Random.Shared.Next(First, End);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse)
            {
            }
        }

        throw new PostgresServerException($"No port of 127.0.0.1 from {First} to {End - 1} was found free.");
    }
}
