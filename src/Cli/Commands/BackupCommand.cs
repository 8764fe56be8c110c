using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Cli.Backups;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Runs;

namespace RecoveryOS.Cli.Commands;

internal static class BackupCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand(
            "backup",
            "Take a base backup now, of one server or of all. Exit code 0: taken, 1: not taken, 130: interrupted.",
            "./recoveryos backup",
            "./recoveryos backup --server recoveryos --json")
        {
            TakingCommand.ServerOption, TakingCommand.JsonOption,
        };
        command.SetAction((parsed, cancellationToken) => TakingCommand.RunAsync(
            parsed,
            (services, server, progress, stop) =>
                services.GetRequiredService<BackupJobs>().TakeBackupAsync(server, progress, stop),
            (services, server, progress, stop) =>
                services.GetRequiredService<PhysicalBackups>().TakeAsync(server, progress, stop),
            cancellationToken));
        return command;
    }
}
