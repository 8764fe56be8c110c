using RecoveryOS.Cli.Commands;

namespace RecoveryOS.Cli.Tests.Commands;

public sealed class RestoreTestCommandTests
{
    [Theory]
    [InlineData("--manifest")]
    [InlineData("--newest", "--method", "physical")]
    [InlineData("--to-time", "2026-01-31T12:00:00Z")]
    [InlineData("--method", "logical")]
    public void A_target_goes_with_a_base_backup(params string[] arguments) =>
        Assert.Empty(RestoreTestCommand.Create().Parse(arguments).Errors);

    [Theory]
    [InlineData("--newest", "--method", "logical")]
    [InlineData("--newest", "--manifest")]
    public void A_dump_and_two_targets_have_none(params string[] arguments) =>
        Assert.NotEmpty(RestoreTestCommand.Create().Parse(arguments).Errors);
}
