using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Restores.RestoredServers;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Cli.Backups;

/// <param name="Server">Null: the first that is backed up.</param>
/// <param name="Folder">Null: there is a plan only.</param>
internal sealed record ServerChoice(
    string? Server,
    RestoreTarget Target,
    string? Folder,
    bool Starts,
    Consent Consent,
    bool IsJson,
    PhysicalRestoreOptions Options);

/// <summary>Brings a whole server back: plan, consent, fetch, start, proof, and what to do next.</summary>
internal static class ServerRestoring
{
    public static async Task<int> RunAsync(LocalRun run, ServerChoice choice, CancellationToken cancellationToken)
    {
        await using var services = BackupCommandServices.Of(run);
        var targets = services.GetRequiredService<BackupTargets>();
        var target = choice.Server is { } name ? targets.Find(name) : targets.All[0];
        if (choice.Folder is null && choice.Consent is not Consent.DryRun)
            throw new CliException("Name the data folder that is made: --target DIR.");

        var plan = await services.GetRequiredService<RestorePlanner>().PlanAsync(
            target.Name, choice.Target, cancellationToken);
        var report = RestoreReport.Of(plan);
        var folder = Path.GetFullPath(choice.Folder ?? ".");
        await SayAsync(choice, RestoreTexts.Plan(plan, folder));
        if (choice.Folder is not null)
            PhysicalRestore.Check(plan, folder);
        if (!await choice.Consent.IsGrantedAsync("Restore it?", cancellationToken))
        {
            await EndAsync(choice, report);
            return choice.Consent is Consent.DryRun ? 0 : 1;
        }

        using var progress = ProgressLine.OnStandardError();
        var cluster = await services.GetRequiredService<PhysicalRestore>()
            .FetchAsync(plan, folder, choice.Options, progress, cancellationToken);
        progress.Dispose();
        await SayAsync(choice, string.Join('\n', RestoreTexts.Fetched(cluster)));
        report = report with { Folder = cluster.Folder, Notes = cluster.Notes, Phases = cluster.Phases };
        if (choice.Starts)
        {
            report = await StartAsync(choice, target, cluster, report, cancellationToken);
        }
        else
        {
            var binaries = await TargetServer.BinariesAsync(plan.Base.Server.MajorVersion, cancellationToken);
            await SayAsync(choice, RestoreTexts.NextWithoutStart(cluster, binaries.Folder));
        }

        await EndAsync(choice, report);
        return 0;
    }

    private static async Task<RestoreReport> StartAsync(
        ServerChoice choice,
        TargetServer target,
        RestoredCluster cluster,
        RestoreReport report,
        CancellationToken cancellationToken)
    {
        using var progress = ProgressLine.OnStandardError();
        await using var server = await RestoredServer.StartAsync(
            cluster,
            new RestoredServerOptions { IsDurable = true, Superuser = target.Address.Username },
            progress,
            TimeProvider.System,
            cancellationToken);
        progress.Dispose();
        server.Detach();
        await SayAsync(
            choice, string.Join(
                '\n', [.. server.Notes.Select(note => $"note: {note}"), RestoreTexts.Next(server, cluster.Plan)]));
        return report with
        {
            Notes = [.. report.Notes, .. server.Notes],
            Phases = [.. report.Phases, .. server.Phases],
            Reached = server.Reached,
            NewTimeline = server.Timeline,
            SocketFolder = server.SocketFolder,
            Superuser = server.Superuser,
        };
    }

    private static Task SayAsync(ServerChoice choice, string text) =>
        choice.IsJson ? Task.CompletedTask : Console.Out.WriteLineAsync(text);

    private static Task EndAsync(ServerChoice choice, RestoreReport report) => choice.IsJson
        ? Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, CliJson.Default.RestoreReport))
        : Task.CompletedTask;
}
