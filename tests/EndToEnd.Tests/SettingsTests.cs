using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

public sealed class SettingsTests(ServiceFixture service)
{
    [Theory]
    [InlineData("Database__Url", null, "Database:Url")]
    [InlineData("Database__Url", "", "Database:Url")]
    [InlineData("Database__Url", "mysql://secret@host/db", "Database:Url")]
    [InlineData("Database__Url", "postgres://u:secret@host/db?colour=blue", "Database:Url")]
    [InlineData("Jwt__KeysUrl", null, "Jwt:KeysUrl")]
    [InlineData("Jwt__Issuer", null, "Jwt:Issuer")]
    [InlineData("Jwt__Issuer", "", "Jwt:Issuer")]
    [InlineData("Jwt__Audience", null, "Jwt:Audience")]
    [InlineData("Encryption__ActiveKeyId", null, "Encryption:ActiveKeyId")]
    [InlineData("Encryption__ActiveKeyId", "k2", "Encryption:ActiveKeyId")]
    [InlineData("Encryption__Keys__k1", null, "Encryption:Keys")]
    [InlineData("Encryption__Keys__k1", "c2VjcmV0", "Encryption:Keys:k1")]
    [InlineData("Encryption__LookupKey", null, "Encryption:LookupKey")]
    [InlineData("Encryption__LookupKey", "not base64: secret", "Encryption:LookupKey")]
    public async Task Missing_or_wrong_setting_stops_the_start_with_one_line_that_names_it(
        string setting, string? value, string name)
    {
        ServiceFixture.SkipOnForeignDeployment();
        var settings = Settings.Create(
            new("http://127.0.0.1:0"), "postgres://u:secret@127.0.0.1:1/db",
            Path.Combine(Path.GetTempPath(), "none.json"));
        settings.Remove(setting);
        if (value is not null)
            settings[setting] = value;

        var (exitCode, output, errors) = await LocalService.RunAsync(settings);

        Assert.Equal(1, exitCode);
        Assert.Matches(@"^recoveryos: cannot start: [^\n]+\n\z", errors);
        Assert.Contains(name, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", errors + output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Database__Url", "postgres:///db")]
    [InlineData("Database__Url", "Username=x")]
    [InlineData("Database__Url", "postgres://u:p@h/db?connect_timeout=soon")]
    [InlineData("Jwt__KeysUrl", "ftp://host/keys")]
    [InlineData("ASPNETCORE_URLS", "nonsense")]
    [InlineData("Encryption__Keys__k1,Jwt__Issuer", null)]
    [InlineData("Encryption__LookupKey,Database__Url", null)]
    public async Task Several_wrong_settings_are_one_line_too(string names, string? value)
    {
        ServiceFixture.SkipOnForeignDeployment();
        var settings = Settings.Create(
            new("http://127.0.0.1:0"), "postgres://u:secret@127.0.0.1:1/db",
            Path.Combine(Path.GetTempPath(), "none.json"));
        foreach (var name in names.Split(','))
        {
            settings.Remove(name);
            if (value is not null)
                settings[name] = value;
        }

        var (exitCode, _, errors) = await LocalService.RunAsync(settings);
        Assert.Matches(@"^recoveryos: cannot start: [^\n]+\n$", errors);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task Port_in_use_is_one_line()
    {
        ServiceFixture.SkipOnForeignDeployment();
        var url = (await service.ShareAsync()).Address;
        var settings = Settings.Create(
            url, "postgres://u:secret@127.0.0.1:1/db", Path.Combine(Path.GetTempPath(), "none.json"));
        var (exitCode, _, errors) = await LocalService.RunAsync(settings);
        Assert.Matches(@"^recoveryos: cannot start: [^\n]+\n$", errors);
        Assert.Equal(1, exitCode);
    }
}
