using System.Globalization;
using Microsoft.Extensions.Logging;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Retention;

/// <summary>Prunes every server's backups, each as a run that is written down.</summary>
public sealed partial class PruneJob(
    BackupTargets targets, BackupPruner pruner, BackupRuns runs, ILogger<PruneJob> logger)
{
    /// <exception cref="BackupException">Of the first server that failed, when all were tried.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        BackupException? first = null;
        foreach (var server in targets.All)
        {
            try
            {
                await runs.RecordAsync(
                    server.Name, BackupJob.Prune, (record, stop) => PruneAsync(server.Name, record, stop),
                    cancellationToken);
            }
            catch (BackupException exception)
            {
                first ??= exception;
            }
        }

        if (first is not null)
            throw new BackupException(first.Code, first.Message, first);
    }

    private async Task<PruneResult> PruneAsync(string server, RunRecord record, CancellationToken cancellationToken)
    {
        var result = await pruner.RunAsync(server, cancellationToken);
        await runs.MarkPrunedAsync(server, result.Entries, cancellationToken);
        record.Result = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"pruned": {{result.Plan.Gone.Count}}, "objects": {{result.RemovedObjects}},"""
            + $$""" "bytes": {{result.RemovedBytes}}, "immutable": {{result.Immutable.Count}}}""");
        Pruned(
            logger, server, result.Plan.Gone.Count, result.RemovedObjects, result.RemovedBytes, result.Immutable.Count);
        return result;
    }

    [LoggerMessage(
        EventName = "backups_pruned", Level = LogLevel.Information,
        Message = "{server}: {backups} backups pruned, {objects} objects of {bytes} bytes removed, "
            + "{immutable} kept by a policy")]
    private static partial void Pruned(
        ILogger logger, string server, int backups, int objects, long bytes, int immutable);
}
