using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Cli.Backups;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Cli.Commands;

internal static class WindowCommand
{
    public static Command Create()
    {
        var server = new Option<string?>("--server")
        {
            Description = "Which of Backups:Targets [default: all of them]",
            HelpName = "NAME",
        };
        var json = new Option<bool>("--json") { Description = "Print the windows as JSON" };
        var command = new ExampleCommand(
            "window",
            "Show from when to when each server can be restored, and the holes. "
            + "Exit code 0: no holes, 1: there are holes, or nothing can be restored.",
            "./recoveryos window",
            "./recoveryos window --server recoveryos --json")
        {
            server, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = BackupCommandServices.Of(parsed.LocalRun());
            var targets = services.GetRequiredService<BackupTargets>();
            var windows = services.GetRequiredService<RecoveryWindows>();
            List<RecoveryWindow> read = [];
            foreach (var target in parsed.GetValue(server) is { } name ? [targets.Find(name)] : targets.All)
                read.Add(await windows.ReadAsync(target.Name, cancellationToken));

            await Console.Out.WriteLineAsync(parsed.GetValue(json)
                ? JsonSerializer.Serialize(read, CliJson.Default.ListRecoveryWindow)
                : string.Join("\n\n", read.Select(WindowText.Of)));
            return read.All(window => window.Holes.Count == 0 && window.Latest is not null) ? 0 : 1;
        });
        return command;
    }
}
