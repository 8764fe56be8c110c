using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Core.Tests.Messaging.Signatures;

public sealed class ClientNetworksTests
{
    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.0", true)]
    [InlineData("192.0.2.0/24", "192.0.2.255", true)]
    [InlineData("192.0.2.0/24", "192.0.3.0", false)]
    [InlineData("192.0.2.0/24", "::ffff:192.0.2.9", true)]
    [InlineData("192.0.2.0/24", "::192.0.2.9", false)]
    [InlineData("::ffff:192.0.2.0/120", "192.0.2.9", true)]
    [InlineData("::ffff:192.0.2.0/120", "::ffff:192.0.2.9", true)]
    [InlineData("::ffff:192.0.2.0/120", "192.0.3.9", false)]
    [InlineData("192.0.2.7/32", "192.0.2.7", true)]
    [InlineData("192.0.2.7/32", "192.0.2.6", false)]
    [InlineData("0.0.0.0/0", "203.0.113.1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:DB8::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("127.0.0.0/8", "127.1", false)]
    [InlineData("127.0.0.0/8", "0x7f.0.0.1", false)]
    [InlineData("127.0.0.0/8", "0177.0.0.1", false)]
    [InlineData("127.0.0.0/8", "2130706433", false)]
    [InlineData("127.0.0.0/8", " 127.0.0.1", false)]
    [InlineData("127.0.0.0/8", "127.0.0.1:80", false)]
    [InlineData("::/0", "[::1]", false)]
    [InlineData("::/0", "[::1]:80", false)]
    [InlineData("::/0", "fe80::1%eth0", false)]
    [InlineData("::/0", "", false)]
    [InlineData("::/0", "unknown", false)]
    public void Address_is_within_the_network_or_not(string network, string address, bool isAllowed)
    {
        Assert.Equal(isAllowed, Networks(network).Allow([address]));
    }

    [Fact]
    public void One_header_with_one_address_is_needed()
    {
        var networks = Networks("192.0.2.0/24");

        Assert.False(networks.Allow([]));
        Assert.False(networks.Allow(["192.0.2.1", "192.0.2.1"]));
        Assert.False(networks.Allow(["192.0.2.1, 192.0.2.1"]));
        Assert.False(networks.Allow(["192.0.2.1,"]));
    }

    [Theory]
    [InlineData("192.0.2.0")]
    [InlineData("192.0.2.1/24")]
    [InlineData("192.0.2.0/33")]
    [InlineData("192.0.2.0/-1")]
    [InlineData("2001:db8::/129")]
    [InlineData("[2001:db8::]/32")]
    [InlineData("fe80::%1/64")]
    [InlineData("texts.example/24")]
    public void What_is_no_network_is_refused(string text) => Assert.False(ClientNetworks.TryParse(text, out _));

    private static ClientNetworks Networks(string text) =>
        new([ClientNetworks.TryParse(text, out var network) ? network : throw new FormatException(text)]);
}
