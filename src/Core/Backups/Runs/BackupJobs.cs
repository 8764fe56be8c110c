using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Runs;

/// <summary>Backups and dumps whose runs are written down: of one server, or of all.</summary>
public sealed class BackupJobs(
    BackupTargets targets, PhysicalBackups physical, LogicalBackups logical, BackupRuns runs)
{
    public Task<CatalogueEntry> TakeBackupAsync(
        TargetServer server, IProgress<BackupProgress>? progress, CancellationToken cancellationToken) =>
        RecordAsync(server, BackupJob.Backup, stop => physical.TakeAsync(server, progress, stop), cancellationToken);

    /// <param name="databases">Empty: those of the target.</param>
    public Task<CatalogueEntry> TakeDumpAsync(
        TargetServer server,
        IReadOnlyList<string> databases,
        IProgress<BackupProgress>? progress,
        CancellationToken cancellationToken) => RecordAsync(
            server,
            BackupJob.Dump,
            stop => databases.Count is 0
                ? logical.TakeAsync(server, progress, stop)
                : logical.TakeAsync(server, databases, progress, stop),
            cancellationToken);

    /// <exception cref="BackupException">Of the first server that failed, when all were tried.</exception>
    public Task TakeBackupsAsync(CancellationToken cancellationToken) =>
        ForEachAsync(server => TakeBackupAsync(server, null, cancellationToken));

    /// <exception cref="BackupException">Of the first server that failed, when all were tried.</exception>
    public Task TakeDumpsAsync(CancellationToken cancellationToken) =>
        ForEachAsync(server => TakeDumpAsync(server, [], null, cancellationToken));

    private Task<CatalogueEntry> RecordAsync(
        TargetServer server,
        string job,
        Func<CancellationToken, Task<CatalogueEntry>> take,
        CancellationToken cancellationToken) => runs.RecordAsync(
            server.Name,
            job,
            async (record, stop) =>
            {
                var entry = await take(stop);
                record.Note(entry);
                return entry;
            },
            cancellationToken);

    /// <summary>One server's failure is no reason to leave the others without a backup.</summary>
    /// <exception cref="BackupException">Of the first server that failed, when all were tried.</exception>
    internal async Task ForEachAsync(Func<TargetServer, Task> take)
    {
        BackupException? first = null;
        foreach (var server in targets.All)
        {
            try
            {
                await take(server);
            }
            catch (BackupException exception)
            {
                first ??= exception;
            }
        }

        if (first is not null)
            throw new BackupException(first.Code, first.Message, first);
    }
}
