using System.CommandLine;
using RecoveryOS.Bench.Backups;
using RecoveryOS.Bench.CheckIns;
using RecoveryOS.Bench.Outbound;
using RecoveryOS.Bench.Texts;
using RecoveryOS.Bench.Verifications;
using RecoveryOS.Cli;

var root = new RootCommand("Benchmarks, each beside its yardstick in the same run.")
{
    BackupCommand.Create(),
    CheckInCommand.Create(),
    OutboxCommand.Create(),
    TextCommand.Create(),
    VerifyCommand.Create(),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception exception) when (exception is CliException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync($"bench: {exception.Message}");
    return 1;
}
