using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Tests.LocalRuns;

public sealed class WelcomeTests
{
    [Fact]
    public void Account_has_a_line_of_its_own()
    {
        var account = Guid.CreateVersion7();

        var lines = Welcome.Text(new LocalRun("/tmp/trial"), "http://127.0.0.1:7071", account).Split('\n');

        Assert.Contains($"Account: {account}", lines);
    }

    [Fact]
    public void Commands_name_a_folder_that_is_not_the_default_one()
    {
        var usual = Welcome.Text(new LocalRun(LocalRun.DefaultFolder), "http://127.0.0.1:7071", Guid.Empty);
        var other = Welcome.Text(new LocalRun("/tmp/it's mine"), "http://127.0.0.1:7071", Guid.Empty);

        Assert.DoesNotContain("--data", usual, StringComparison.Ordinal);
        Assert.Contains(@"--data '/tmp/it'\''s mine')", other, StringComparison.Ordinal);
    }
}
