using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Tests.Settings;

namespace RecoveryOS.Core.Tests.Messaging.Providers;

public sealed class ProviderSettingsTests
{
    private const string Key = "SK0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("", "", "twilio azure")]
    [InlineData("Twilio__AuthToken", "", "azure")]
    [InlineData("Twilio__Numbers__0", "", "azure")]
    [InlineData("BackupSms__Endpoint", "", "twilio")]
    [InlineData("BackupSms__Endpoint", "https://ours.communication.azure.com/", "twilio azure")]
    [InlineData("Twilio__ApiBaseUrl", "", "twilio azure")]
    [InlineData("Twilio__ApiBaseUrl", "https://twilio.example.org", "twilio azure")]
    public async Task Providers_are_those_that_are_configured(string setting, string value, string names)
    {
        await using var services = Services((setting, value));

        services.GetRequiredService<IStartupValidator>().Validate();

        var router = services.GetRequiredService<TextRouter>();
        Assert.Equal(names, string.Join(' ', router.Providers.Select(provider => provider.Name)));
    }

    [Fact]
    public async Task An_api_key_sends_without_a_token()
    {
        await using var services = Services(
            ("Twilio__AuthToken", ""), ("Twilio__ApiKeySid", Key), ("Twilio__ApiKeySecret", "secret"));

        services.GetRequiredService<IStartupValidator>().Validate();

        Assert.NotNull(services.GetRequiredService<TextRouter>().Find("twilio"));
    }

    [Theory]
    [InlineData("Twilio__ApiKeySid", "AC0123456789abcdef0123456789abcdef", "Twilio:ApiKeySid must")]
    [InlineData("Twilio__ApiKeySid", Key, "Twilio:ApiKeySid and Twilio:ApiKeySecret go together")]
    [InlineData("Twilio__ApiKeySecret", "secret", "Twilio:ApiKeySid and Twilio:ApiKeySecret go together")]
    [InlineData("Twilio__ApiBaseUrl", "http://twilio.example.org", "Twilio:ApiBaseUrl must")]
    [InlineData("Twilio__ApiBaseUrl", "https://twilio.example.org/2010", "Twilio:ApiBaseUrl must")]
    [InlineData("Twilio__ApiBaseUrl", "twilio", "Twilio:ApiBaseUrl must")]
    [InlineData("BackupSms__Endpoint", "http://ours.communication.azure.com", "BackupSms:Endpoint must")]
    [InlineData("BackupSms__Endpoint", "https://me:secret@ours.communication.azure.com", "BackupSms:Endpoint must")]
    [InlineData("BackupSms__From", "", "BackupSms:From is missing")]
    [InlineData("BackupSms__From", "555-0100", "BackupSms:From must")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string setting, string value, string message)
    {
        await using var services = Services((setting, value));

        var exception = Assert.Throws<OptionsValidationException>(
            services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains(exception.Failures, failure => failure.Contains(message, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(params (string Setting, string Value)[] changes)
    {
        var settings = SampleSettings.Values.ToDictionary();
        foreach (var (setting, value) in changes.Where(change => change.Setting != ""))
        {
            settings[setting] = value;
        }

        return SampleSettings.Services(settings);
    }
}
