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

    private IReadOnlyDictionary<string, string> Create(SimulatorAddresses? simulators) =>
        ServiceSettings.Create(new LocalRun(folder.Path), "http://127.0.0.1:7071", "postgres://nobody", simulators);
}
