using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RecoveryOS.Cli.Commands;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Cli.Backups;

/// <summary>
/// What <c>backup</c> and <c>dump</c> have in common: for each server, take one, and say what was taken.
/// </summary>
internal static class TakingCommand
{
    public static Option<string?> ServerOption { get; } = new("--server")
    {
        Description = "Which of Backups:Targets [default: all of them]",
        HelpName = "NAME",
    };

    public static Option<bool> JsonOption { get; } = new("--json") { Description = "Print what was taken as JSON" };

    /// <param name="recorded">Takes one, and writes the run down in the service's database.</param>
    /// <param name="plain">Takes one.</param>
    public static async Task<int> RunAsync(
        ParseResult parsed,
        Func<IServiceProvider, TargetServer, IProgress<BackupProgress>, CancellationToken, Task<CatalogueEntry>>
            recorded,
        Func<IServiceProvider, TargetServer, IProgress<BackupProgress>, CancellationToken, Task<CatalogueEntry>>
            plain,
        CancellationToken cancellationToken)
    {
        await using var services = BackupCommandServices.Of(parsed.LocalRun());
        var targets = services.GetRequiredService<BackupTargets>();
        var chosen = parsed.GetValue(ServerOption) is { } name ? [targets.Find(name)] : targets.All;
        var isRecorded = await CanRecordAsync(services, cancellationToken);
        List<TakenBackup> taken = [];
        foreach (var server in chosen)
        {
            var started = Stopwatch.GetTimestamp();
            using var progress = ProgressLine.OnStandardError();
            var entry = await (isRecorded ? recorded : plain)(services, server, progress, cancellationToken);
            progress.Dispose();
            taken.Add(TakenBackup.Of(entry));
            if (!parsed.GetValue(JsonOption))
                await Console.Out.WriteLineAsync(taken[^1].Text(Stopwatch.GetElapsedTime(started)));
        }

        if (parsed.GetValue(JsonOption))
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(taken, CliJson.Default.ListTakenBackup));
        return 0;
    }

    /// <summary>
    /// A backup is worth more than its line in a list: it is taken also while the service's database is away.
    /// </summary>
    private static async Task<bool> CanRecordAsync(BackupCommandServices services, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<BackupRuns>().CloseKilledAsync(cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is NpgsqlException || Outage.Is(exception))
        {
            await Console.Error.WriteLineAsync(
                "recoveryos: The run is not written down, since the service's database cannot be used: "
                + Failure.OneLine(exception.Message));
            return false;
        }
    }
}
