using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Tests.LocalRuns;

public sealed class ServiceSettingsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Texts_go_to_the_simulators()
    {
        var settings = Create(new(new("http://127.0.0.1:7001"), new("http://127.0.0.1:7002")));

        Assert.Equal("http://127.0.0.1:7001/", settings["Twilio__ApiBaseUrl"]);
        Assert.Equal("http://127.0.0.1:7002/", settings["BackupSms__Endpoint"]);
    }

    [Fact]
    public void Without_simulators_texts_go_nowhere()
    {
        var settings = Create(simulators: null);

        Assert.Equal("http://127.0.0.1:9/", settings["Twilio__ApiBaseUrl"]);
        Assert.Equal("", settings["BackupSms__Endpoint"]);
    }

    [Fact]
    public void Backups_go_to_a_store_in_the_folder_with_keys_that_stay_the_same()
    {
        var settings = Create(simulators: null);

        Assert.Equal(Path.Combine(folder.Path, "backups"), settings["Backups__Store__Url"]);
        Assert.Equal("postgres://nobody", settings["Backups__Targets__0__Url"]);
        Assert.Equal("true", settings["Backups__Targets__0__ReceivesWal"]);
        var id = settings["Backups__Encryption__ActiveKeyId"];
        Assert.Equal(32, Convert.FromBase64String(settings[$"Backups__Encryption__Keys__{id}"]).Length);
        Assert.Equal(settings["Backups__Signing__Key"], Create(simulators: null)["Backups__Signing__Key"]);
    }

    private IReadOnlyDictionary<string, string> Create(SimulatorAddresses? simulators) =>
        ServiceSettings.Create(new LocalRun(folder.Path), "http://127.0.0.1:7071", "postgres://nobody", simulators);
}
