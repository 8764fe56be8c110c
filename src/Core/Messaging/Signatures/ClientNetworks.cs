using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>
/// Where webhooks may come from. Off unless configured: Twilio publishes no addresses, so this is for one's own proxy.
/// </summary>
internal sealed class ClientNetworks(IReadOnlyList<IPNetwork> networks)
{
    private const int MappedPrefix = 96;
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF.:");

    public bool IsOff => networks.Count == 0;

    /// <summary>A network in CIDR form; one of IPv4 addresses written as IPv6 counts as IPv4.</summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        // .NET 10 takes 192.0.2.7/24 for 192.0.2.0/24; whoever wrote it may have meant the one address.
        if (text.AsSpan().IndexOfAny('[', '%') >= 0
            || !IPNetwork.TryParse(text, out network)
            || !network.BaseAddress.Equals(IPAddress.Parse(text.Split('/')[0])))
        {
            network = default;
            return false;
        }

        if (network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= MappedPrefix)
        {
            network = new(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedPrefix);
        }

        return true;
    }

    /// <summary>Whether the header came once and holds one address of these networks. A list is refused.</summary>
    public bool Allow(IReadOnlyList<string> headerValues) =>
        headerValues is [var text]
        && Address(text) is { } address
        && networks.Any(network => network.Contains(address));

    // .NET also reads 127.1, 0x7f.0.0.1, [::1]:80 and fe80::1%eth0, which no proxy writes.
    private static IPAddress? Address(string text)
    {
        if (text.AsSpan().ContainsAnyExcept(AddressCharacters) || !IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        return address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString() == text ? address : null
            : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
