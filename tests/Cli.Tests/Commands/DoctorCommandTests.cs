using System.Text.Json.Nodes;
using RecoveryOS.Cli.Tests.Doctors;
using RecoveryOS.Testing;

namespace RecoveryOS.Cli.Tests.Commands;

public sealed class DoctorCommandTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Findings_are_lines_with_a_mending_and_the_exit_code_sums_them_up()
    {
        await using var ward = await Ward.OpenAsync(postgres);
        var well = await CliProcess.RunAsync(ward.Settings, "doctor", "--data", ward.Run.Folder);
        ward.Settings["Twilio__AccountSid"] = "AC1";
        var ill = await CliProcess.RunAsync(ward.Settings, "doctor", "--data", ward.Run.Folder);

        Assert.True(well.ExitCode == 0, well.Output + well.Error);
        Assert.StartsWith("Examined: the environment\nok ", well.Output, StringComparison.Ordinal);
        Assert.Equal(1, ill.ExitCode);
        Assert.Matches(
            "problem +settings +Twilio:AccountSid must be AC and 32 hex digits.\n +To mend: Copy the Account SID",
            ill.Output);
        Assert.Contains("could not look    twilio-settings", ill.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_examined_and_told_as_JSON()
    {
        await using var ward = await Ward.OpenAsync(postgres);
        ward.Settings["Database__Url"] = "postgres://nobody@127.0.0.1:1/nothing";
        var file = Path.Combine(ward.Run.Folder, "local.settings.json");
        var values = new JsonObject(ward.Settings.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        await File.WriteAllTextAsync(
            file, new JsonObject { ["Values"] = values }.ToJsonString(), TestContext.Current.CancellationToken);

        var ended = await CliProcess.RunAsync("doctor", "--settings", file, "--json");

        var report = JsonNode.Parse(ended.Output);
        Assert.Equal((1, "problem", file), (ended.ExitCode, $"{report?["verdict"]}", $"{report?["subject"]}"));
        Assert.Contains(
            report?["checks"]?.AsArray() ?? [],
            check => $"{check?["check"]} {check?["verdict"]}" == "database problem" && $"{check?["mend"]}".Length > 0);
        Assert.Contains(
            report?["checks"]?.AsArray() ?? [], check => $"{check?["check"]} {check?["verdict"]}" == "schema unknown");
    }

    [Fact]
    public async Task With_nothing_to_examine_it_says_so()
    {
        using var folder = new TemporaryFolder();

        var ended = await CliProcess.RunAsync("doctor", "--data", folder.Path);

        ended.AssertFailed(1, "No settings were found");
    }
}
