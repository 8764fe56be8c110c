using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Tests.LocalRuns;

public sealed class WelcomeTests
{
    private static readonly SimulatorAddresses Simulators =
        new(new("http://127.0.0.1:7001"), new("http://127.0.0.1:7002"));

    [Fact]
    public void It_says_who_takes_texts()
    {
        LocalRun run = new("/tmp/trial");

        Assert.Contains(
            "http://127.0.0.1:7001/simulator/messages",
            Welcome.Text(run, "http://127.0.0.1:7071", Guid.Empty, Simulators), StringComparison.Ordinal);
        Assert.Contains(
            "sent by Twilio, to real phones",
            Welcome.Text(run, "http://127.0.0.1:7071", Guid.Empty, simulators: null), StringComparison.Ordinal);
    }

    [Fact]
    public void It_says_where_backups_are_kept_and_why_changes_are_not()
    {
        LocalRun run = new("/tmp/trial");

        Assert.Contains(
            "Backups: kept in /tmp/trial/backups; the first is taken within a minute, and every change is kept",
            Welcome.Text(run, "http://127.0.0.1:7071", Guid.Empty, Simulators), StringComparison.Ordinal);
        Assert.Contains(
            "Changes after a backup are not kept: it may not replicate",
            Welcome.Text(run, "http://127.0.0.1:7071", Guid.Empty, Simulators, "it may not replicate"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Account_has_a_line_of_its_own()
    {
        var account = Guid.CreateVersion7();

        var lines = Welcome.Text(new LocalRun("/tmp/trial"), "http://127.0.0.1:7071", account, Simulators).Split('\n');

        Assert.Contains($"Account: {account}", lines);
    }

    [Fact]
    public void Commands_name_a_folder_that_is_not_the_default_one()
    {
        var usual = Welcome.Text(new LocalRun(LocalRun.DefaultFolder), "http://127.0.0.1:7071", Guid.Empty, Simulators);
        var other = Welcome.Text(new LocalRun("/tmp/it's mine"), "http://127.0.0.1:7071", Guid.Empty, Simulators);

        Assert.DoesNotContain("--data", usual, StringComparison.Ordinal);
        Assert.Contains(@"--data '/tmp/it'\''s mine')", other, StringComparison.Ordinal);
    }
}
