using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Backups.Restores.Dumps;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Cli.Backups;

/// <param name="Server">Null: the first that is backed up.</param>
/// <param name="Url">Null: the server that the dump is of.</param>
internal sealed record DumpChoice(
    string? Server, string Database, string? Url, Consent Consent, bool IsJson, DumpRestoreOptions Options);

/// <summary>Brings a database back from its newest dump.</summary>
internal static class DumpRestoring
{
    public static async Task<int> RunAsync(LocalRun run, DumpChoice choice, CancellationToken cancellationToken)
    {
        await using var services = BackupCommandServices.Of(run);
        var targets = services.GetRequiredService<BackupTargets>();
        var source = choice.Server is { } name ? targets.Find(name) : targets.All[0];
        var address = choice.Url is { } url ? Parse(url) : source.Address;
        var dumps = services.GetRequiredService<DumpRestore>();

        var plan = await dumps.PlanAsync(source.Name, choice.Database, cancellationToken);
        var into = choice.Options.Into ?? choice.Database;
        await Console.Error.WriteLineAsync(
            $"The dump of {choice.Database} from {WindowText.Time(plan.Dump.TakenAt)} "
            + $"(catalogue {plan.CatalogueSequence}), {ProgressLine.Bytes(plan.Dump.Dump.StoredLength)}, "
            + $"becomes the database {into} on {address.Host}:{address.Port}"
            + (choice.Options.Overwrites is null ? "." : ", in place of what is there."));
        if (!await choice.Consent.IsGrantedAsync("Restore it?", cancellationToken))
            return choice.Consent is Consent.DryRun ? 0 : 1;

        using var progress = ProgressLine.OnStandardError();
        var options = choice.Options with { StagingFolder = Path.Combine(services.Options.Folder, "staging") };
        var restored = await dumps.RestoreAsync(plan, address, options, progress, cancellationToken);
        progress.Dispose();
        await Console.Out.WriteLineAsync(choice.IsJson
            ? JsonSerializer.Serialize(restored, CliJson.Default.RestoredDatabase)
            : string.Join('\n',
            [
                .. restored.Notes.Select(note => $"note: {note}"),
                $"The database {restored.Database} is there, "
                + $"and {restored.Tables} tables hold what the dump's manifest says.",
                "Next: ANALYZE it, since a dump carries no statistics, and look whether its users may connect.",
            ]));
        return 0;
    }

    private static Npgsql.NpgsqlConnectionStringBuilder Parse(string url)
    {
        try
        {
            return DatabaseUrl.Parse(url);
        }
        catch (FormatException exception)
        {
            throw new CliException($"The server's address {exception.Message}.");
        }
    }
}
