using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RecoveryOS.Cli.Backups;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Retention;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Cli.Commands;

/// <summary>What is known of backups, and what becomes of old ones.</summary>
internal static class BackupsCommand
{
    public static Command Create() => new("backups", "Look at the backups, prune old ones, and verify their catalogue.")
    {
        CreateList(),
        CreateShow(),
        CreatePrune(),
        VerifyChainCommand.Create(),
    };

    private static Option<string?> ServerOption() => new("--server")
    {
        Description = "A server's name in Backups:Targets [default: all of them]",
        HelpName = "NAME",
    };

    private static Option<bool> JsonOption() => new("--json") { Description = "Print JSON" };

    private static ExampleCommand CreateList()
    {
        var (server, json) = (ServerOption(), JsonOption());
        var command = new ExampleCommand(
            "list",
            "List the backups that can be restored, oldest first.",
            "./recoveryos backups list",
            "./recoveryos backups list --server recoveryos --json")
        {
            server, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = BackupCommandServices.Of(parsed.LocalRun());
            List<BackupLine> lines = [];
            foreach (var name in Servers(services, parsed.GetValue(server)))
            {
                var entries = await services.GetRequiredService<BackupCatalogue>().ReadAsync(name, cancellationToken);
                lines.AddRange(BackupCatalogue.KeptOf(entries).Select(entry => BackupLine.Of(entry, entries)));
            }

            await Console.Out.WriteLineAsync(parsed.GetValue(json) ? BackupLine.Json(lines) : BackupLine.Table(lines));
            return 0;
        });
        return command;
    }

    private static ExampleCommand CreateShow()
    {
        var id = new Argument<Guid>("ID") { Description = "A backup's id, as list prints it" };
        var server = ServerOption();
        var command = new ExampleCommand(
            "show",
            "Print a backup's entry in the catalogue, as JSON.",
            "./recoveryos backups show 01985f2e-0000-7000-8000-000000000001")
        {
            id, server,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = BackupCommandServices.Of(parsed.LocalRun());
            foreach (var name in Servers(services, parsed.GetValue(server)))
            {
                var entries = await services.GetRequiredService<BackupCatalogue>().ReadAsync(name, cancellationToken);
                var found = entries.FirstOrDefault(entry =>
                    parsed.GetRequiredValue(id) == (entry.Physical?.Id ?? entry.Logical?.Id));
                if (found is null)
                    continue;

                await Console.Out.WriteLineAsync(BackupLine.Indent(CatalogueJson.Write(found)));
                return 0;
            }

            throw new CliException($"There is no backup {parsed.GetRequiredValue(id)} in the catalogue.");
        });
        return command;
    }

    private static ExampleCommand CreatePrune()
    {
        var server = ServerOption();
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would go and why, and change nothing" };
        var command = new ExampleCommand(
            "prune",
            "Remove the backups that no rule of Backups:Retention keeps, and the WAL that serves none that stays. "
            + "Exit code 1: something is kept by a policy.",
            "./recoveryos backups prune --dry-run",
            "./recoveryos backups prune --server recoveryos")
        {
            server, dryRun,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = BackupCommandServices.Of(parsed.LocalRun());
            var pruner = services.GetRequiredService<BackupPruner>();
            var exitCode = 0;
            foreach (var name in Servers(services, parsed.GetValue(server)))
            {
                if (parsed.GetValue(dryRun))
                {
                    var plan = await pruner.PlanAsync(name, cancellationToken);
                    await WritePlanAsync(name, plan, "would go");
                    var wal = await pruner.WalAsync(name, plan, cancellationToken);
                    await Console.Out.WriteLineAsync(
                        $"{name}: {wal.Count} WAL segments would go, {BackupLine.Size(wal.Sum(item => item.Length))}");
                    continue;
                }

                var result = await pruner.RunAsync(name, cancellationToken);
                await WritePlanAsync(name, result.Plan, "gone");
                await Console.Out.WriteLineAsync(
                    $"{name}: {result.RemovedObjects} objects removed, {BackupLine.Size(result.RemovedBytes)}");
                foreach (var kept in result.Immutable)
                    await Console.Error.WriteLineAsync(
                        $"recoveryos: {kept} is kept by a policy; a later run tries again");
                exitCode = result.Immutable.Count > 0 ? 1 : exitCode;
                await MarkAsync(services.GetRequiredService<BackupRuns>(), name, result, cancellationToken);
            }

            return exitCode;
        });
        return command;
    }

    private static async Task WritePlanAsync(string server, RetentionPlan plan, string gone)
    {
        foreach (var kept in plan.Kept)
            await Console.Out.WriteLineAsync($"{server}  stays     {BackupLine.Name(kept.Entry)}  {kept.Reason}");
        foreach (var backup in plan.Gone)
            await Console.Out.WriteLineAsync($"{server}  {gone,-8}  {BackupLine.Name(backup.Entry)}  {backup.Reason}");
    }

    /// <summary>Old backups can be pruned without the service's database too, as long as the store is there.</summary>
    private static async Task MarkAsync(
        BackupRuns runs, string server, PruneResult result, CancellationToken cancellationToken)
    {
        try
        {
            await runs.MarkPrunedAsync(server, result.Entries, cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            await Console.Error.WriteLineAsync(
                $"recoveryos: GET /v1/backups says so of {server} after the next PruneBackups, "
                + "since the database does not answer");
        }
    }

    /// <exception cref="BackupException">There is no such server.</exception>
    private static IReadOnlyList<string> Servers(BackupCommandServices services, string? server)
    {
        var targets = services.GetRequiredService<BackupTargets>();
        return server is null ? [.. targets.All.Select(target => target.Name)] : [targets.Find(server).Name];
    }
}
