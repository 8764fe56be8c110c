using System.CommandLine;
using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Commands;

/// <summary>Which local run a command speaks to.</summary>
internal static class DataOption
{
    private const string Variable = "RECOVERYOS_DATA";

    public static Option<string> Instance { get; } = new("--data")
    {
        Description = $"The local run's folder [default: .recoveryos beside this script, or {Variable}]",
        HelpName = "FOLDER",
        Recursive = true,
    };

    public static LocalRun LocalRun(this ParseResult parsed) => new(
        parsed.GetValue(Instance)
        ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder
            ? folder
            : LocalRuns.LocalRun.DefaultFolder));
}
