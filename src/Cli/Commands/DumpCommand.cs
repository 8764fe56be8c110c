using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Cli.Backups;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Cli.Commands;

internal static class DumpCommand
{
    public static Command Create()
    {
        var database = new Option<string[]>("--database")
        {
            Description = "Which databases [default: the target's, else all that accept connections]",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new ExampleCommand(
            "dump",
            "Dump databases now, of one server or of all. Exit code 0: taken, 1: not taken, 130: interrupted.",
            "./recoveryos dump",
            "./recoveryos dump --server recoveryos --database recoveryos")
        {
            TakingCommand.ServerOption, database, TakingCommand.JsonOption,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            string[] Names(TargetServer server) =>
                parsed.GetValue(database) is { Length: > 0 } names ? names : [.. server.Target.Databases];

            return TakingCommand.RunAsync(
                parsed,
                (services, server, progress, stop) =>
                    services.GetRequiredService<BackupJobs>().TakeDumpAsync(server, Names(server), progress, stop),
                (services, server, progress, stop) =>
                    services.GetRequiredService<LogicalBackups>().TakeAsync(server, Names(server), progress, stop),
                cancellationToken);
        });
        return command;
    }
}
