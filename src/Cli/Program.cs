using System.CommandLine;
using System.CommandLine.Invocation;
using RecoveryOS.Cli;
using RecoveryOS.Cli.Commands;
using RecoveryOS.Core.Backups.Restores.Unpacking;

if (await UnpackHelper.RunAsync(args) is { } helped)
    return helped;

// A text that begins with @ is a text, and not a file of arguments.
var parsed = RecoveryOsCommand.Create().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Action is ParseErrorAction)
{
    var error = parsed.UnmatchedTokens is [var unknown, ..]
        ? $"There is no '{unknown}' here."
        : parsed.Errors[0].Message;
    await Console.Error.WriteLineAsync($"recoveryos: {Failure.OneLine(error)} (see --help)");
    return 2;
}

// A run drains its service before it ends; the service itself gives up first.
var invocation = new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = TimeSpan.FromMinutes(2),
};
try
{
    return await parsed.InvokeAsync(invocation);
}
catch (Exception exception) when (Failure.Describe(exception) is { } failure)
{
    if (failure.Message.Length > 0)
        await Console.Error.WriteLineAsync($"recoveryos: {failure.Message}");
    return failure.ExitCode;
}
