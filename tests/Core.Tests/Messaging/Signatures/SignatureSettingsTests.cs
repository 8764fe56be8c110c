using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Core.Tests.Messaging.Signatures;

public sealed class SignatureSettingsTests
{
    private static readonly Dictionary<string, string?> Complete = new()
    {
        ["PublicBaseUrls:0"] = "https://texts.example",
        ["Twilio:AccountSid"] = Sender.Account,
        ["Twilio:AuthToken"] = "5d1fe2ab7c1a4b0e9a3c77d1e0b4f6a8",
        ["Twilio:SecondaryAuthToken"] = "e3a90f6b1d2c4857a6b8c9d0e1f20314",
        ["Twilio:MessagingServiceSid"] = "MG00112233445566778899aabbccddeeff",
        ["Twilio:Numbers:0"] = Sender.Number,
        ["Twilio:AllowedNetworks:0"] = "192.0.2.0/24",
        ["Twilio:ClientAddressHeader"] = "X-Azure-ClientIP",
    };

    [Fact]
    public void Complete_settings_are_ready()
    {
        using var services = Services(Complete);

        services.GetRequiredService<IStartupValidator>().Validate();

        Assert.True(services.GetRequiredService<SignatureVerifier>().IsConfigured);
    }

    [Fact]
    public void A_service_without_texts_starts_and_refuses_every_webhook()
    {
        using var services = Services([]);

        services.GetRequiredService<IStartupValidator>().Validate();

        var verifier = services.GetRequiredService<SignatureVerifier>();
        Assert.False(verifier.IsConfigured);
        Assert.Equal(new Verdict.Refused(Refusal.NoToken), verifier.Verify(Sender.SendForm("", Sender.Text("hello"))));
    }

    [Fact]
    public void Blank_settings_are_as_good_as_none()
    {
        using var services = Services(Complete.ToDictionary(pair => pair.Key, _ => (string?)""));

        services.GetRequiredService<IStartupValidator>().Validate();

        Assert.False(services.GetRequiredService<SignatureVerifier>().IsConfigured);
    }

    [Theory]
    [InlineData("Twilio:AccountSid", null, "Twilio:AccountSid is missing")]
    [InlineData("Twilio:AccountSid", "", "Twilio:AccountSid is missing")]
    [InlineData("Twilio:AccountSid", "SK0123456789abcdef0123456789abcdef", "Twilio:AccountSid must")]
    [InlineData("Twilio:AuthToken", null, "Twilio:AuthToken is missing")]
    [InlineData("Twilio:AuthToken", "5d1fe2ab ", "Twilio:AuthToken must")]
    [InlineData("Twilio:SecondaryAuthToken", " e3a9", "Twilio:SecondaryAuthToken must")]
    [InlineData("Twilio:MessagingServiceSid", "MG1", "Twilio:MessagingServiceSid must")]
    [InlineData("Twilio:Numbers:0", "555-0100", "Twilio:Numbers:0 must")]
    [InlineData("Twilio:AllowedNetworks:0", "192.0.2.1/24", "Twilio:AllowedNetworks:0 must")]
    [InlineData("Twilio:ClientAddressHeader", null, "Twilio:ClientAddressHeader is missing")]
    [InlineData("PublicBaseUrls:0", null, "PublicBaseUrls is missing")]
    [InlineData("PublicBaseUrls:0", "texts.example", "PublicBaseUrls:0 must")]
    [InlineData("PublicBaseUrls:0", "ftp://texts.example", "PublicBaseUrls:0 must")]
    [InlineData("PublicBaseUrls:0", "https://", "PublicBaseUrls:0 must")]
    [InlineData("PublicBaseUrls:0", "https://texts.example:", "PublicBaseUrls:0 must")]
    [InlineData("PublicBaseUrls:0", "https://texts.example:99999", "PublicBaseUrls:0 must")]
    [InlineData("PublicBaseUrls:0", "https://user:word@texts.example", "PublicBaseUrls:0 must")]
    [InlineData("PublicBaseUrls:0", "https://texts.example/?a=1", "PublicBaseUrls:0 must")]
    [InlineData("PublicBaseUrls:0", "https://texts.example/a b", "PublicBaseUrls:0 must")]
    [InlineData("PublicBaseUrls:0", "https:\\\\texts.example", "PublicBaseUrls:0 must")]
    public void A_wrong_setting_stops_the_start_and_is_named(string name, string? value, string failure)
    {
        using var services = Services(new Dictionary<string, string?>(Complete) { [name] = value });

        var exception = Assert.ThrowsAny<Exception>(services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains(failure, exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PublicBaseUrls", "https://a.example, https://b.example/", "https://a.example https://b.example")]
    [InlineData("PublicBaseUrls", "https://a.example", "https://a.example")]
    [InlineData("PublicBaseUrls:3", "https://a.example/x/#rc=2&rp=all", "https://a.example/x")]
    [InlineData("PublicBaseUrls", "", "")]
    public void Base_urls_are_a_list_or_a_text(string name, string value, string urls)
    {
        using var services = Services(new() { [name] = value });

        Assert.Equal(urls, string.Join(' ', services.GetRequiredService<IOptions<PublicBaseUrls>>().Value.Parse()));
    }

    [Theory]
    [InlineData("https://texts.example", "https://texts.example:443")]
    [InlineData("http://Texts.example/a/b", "http://Texts.example:80/a/b")]
    [InlineData("https://texts.example:443", "https://texts.example")]
    [InlineData("https://texts.example:8443/a", "https://texts.example/a")]
    [InlineData("https://[2001:db8::7]", "https://[2001:db8::7]:443")]
    [InlineData("https://[2001:db8::7]:8443", "https://[2001:db8::7]")]
    public void Base_url_is_spelled_with_its_port_and_without(string text, string other)
    {
        Assert.True(PublicBaseUrl.TryParse(text, out var url));
        Assert.Equal([text, other], url.Spellings);
    }

    private static ServiceProvider Services(Dictionary<string, string?> settings) => new ServiceCollection()
        .AddLogging()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
        .AddSignatures()
        .BuildServiceProvider();
}
