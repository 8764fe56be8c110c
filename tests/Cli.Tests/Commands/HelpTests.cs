using System.CommandLine;
using RecoveryOS.Cli.Commands;

namespace RecoveryOS.Cli.Tests.Commands;

public sealed class HelpTests
{
    public static TheoryData<string> Commands => [.. Paths(RecoveryOsCommand.Create(), "")];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_explains_itself(string path)
    {
        var output = new StringWriter();

        var exitCode = await RecoveryOsCommand.Create().Parse($"{path} --help".TrimStart()).InvokeAsync(
            new InvocationConfiguration { Output = output }, TestContext.Current.CancellationToken);

        Assert.Equal(0, exitCode);
        Assert.Contains($"recoveryos {path}".TrimEnd(), output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_option_and_argument_is_described()
    {
        var undescribed = All(RecoveryOsCommand.Create())
            .SelectMany(command => command.Options.Cast<Symbol>().Concat(command.Arguments).Append(command))
            .Where(symbol => string.IsNullOrWhiteSpace(symbol.Description))
            .Select(symbol => symbol.Name);

        Assert.Empty(undescribed);
    }

    [Fact]
    public void Every_command_that_does_something_has_examples() => Assert.All(
        All(RecoveryOsCommand.Create()).Where(command => command.Subcommands.Count == 0),
        command => Assert.NotEmpty(Assert.IsType<ExampleCommand>(command).Examples));

    [Theory]
    [InlineData("frobnicate", "There is no 'frobnicate' here.")]
    [InlineData("token --role admin", "Argument 'admin' not recognized.")]
    [InlineData("token --role member", "--role member needs it")]
    [InlineData("token --role clinician --minutes 0", "--minutes is 1 to 1440.")]
    [InlineData("run --port 70000", "--port is 1 to 65535.")]
    [InlineData("sms 5555550123 HELP", "FROM is a number such as +15555550123.")]
    [InlineData("sms +15555550123 HELP --sid SM1", "--sid is SM and 32 hex digits.")]
    [InlineData("backups verify-chain --head 12", "--head is SEQUENCE:HASH")]
    [InlineData("account create", "Required argument 'NAME' missing")]
    public async Task Wrong_usage_is_one_line_and_exit_code_2(string line, string complaint)
    {
        var ended = await CliProcess.RunAsync(line.Split(' '));

        ended.AssertFailed(2, complaint);
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    private static IEnumerable<string> Paths(Command command, string path) => command.Subcommands
        .SelectMany(subcommand => Paths(subcommand, $"{path} {subcommand.Name}".TrimStart()))
        .Prepend(path);
}
