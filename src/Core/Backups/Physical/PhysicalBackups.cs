using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Physical;

/// <summary>
/// Takes base backups: <c>pg_basebackup</c> writes into a staging folder, and what it writes goes to the vault
/// meanwhile. The catalogue's entry is written last, so that half a backup is none.
/// </summary>
public sealed partial class PhysicalBackups(
    BackupVault vault,
    BackupCatalogue catalogue,
    AbandonedBackups abandoned,
    DataManifests manifests,
    IOptions<BackupOptions> options,
    TimeProvider time,
    ILogger<PhysicalBackups> logger)
{
    private const string BaseName = "base";
    private const string WalName = "pg_wal";
    private const string ManifestName = "backup_manifest";

    /// <param name="server">What is backed up.</param>
    /// <param name="progress">Told of phases <c>backup</c>, <c>upload</c> and <c>manifest</c>.</param>
    /// <param name="cancellationToken">Stops it; nothing is left then but objects that the next run removes.</param>
    /// <exception cref="BackupException">It could not be taken.</exception>
    public async Task<CatalogueEntry> TakeAsync(
        TargetServer server, IProgress<BackupProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            var backup = await CopyAsync(server, progress, cancellationToken);
            return await catalogue.AppendAsync(
                server.Name, entry => entry with { Physical = backup }, cancellationToken);
        }
        catch (Exception exception) when (BackupFailure.Of(exception, server) is { } failure)
        {
            throw failure;
        }
    }

    private async Task<PhysicalBackup> CopyAsync(
        TargetServer server, IProgress<BackupProgress>? progress, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        await using var living = await LivingBackup.StartAsync(server, id, cancellationToken);
        var facts = await ServerFactsReader.ReadAsync(server, cancellationToken);
        var binaries = await TargetServer.BinariesAsync(facts.MajorVersion, cancellationToken);
        await abandoned.RemoveAsync(server.Name, living, cancellationToken);

        var startedAt = await living.Connection.NowAsync(cancellationToken);
        var databases = await living.Connection.DatabasesAsync(cancellationToken);
        var tablespaces = await Tablespace.ListAsync(living.Connection, cancellationToken);
        using var staging = await StagingFolder.OpenAsync(options.Value.Folder, id, cancellationToken);
        var run = new BaseBackupRun(vault, server, binaries, staging.Path, progress);
        var (copied, outcome) = await run.CopyAsync(
            id,
            options.Value.Compression,
            options.Value.CompressionWorkers,
            living.Connection,
            async stop =>
            {
                progress?.Report(new BackupProgress("manifest", 0, null));
                return await new PhysicalManifest(server, options.Value.Manifest, logger).TakeAsync(
                    $"recoveryos-{id}", await PreviousAsync(server.Name, stop), stop);
            },
            cancellationToken);
        if (copied.Compression != options.Value.Compression)
            FellBack(logger, server.Name, copied.Compression);

        var taken = outcome as ManifestOutcome.Taken;
        var manifest = taken is null ? null : await manifests.WriteAsync(
            StoreLayout.BackupFile(server.Name, id, "data-manifest.json"), taken.Manifest, cancellationToken);
        var ranges = await WalRanges.ReadAsync(Path.Combine(staging.Path, ManifestName), cancellationToken);
        await living.AssertAliveAsync(cancellationToken);
        return new PhysicalBackup
        {
            Id = id,
            StartedAt = startedAt,
            FinishedAt = copied.FinishedAt,
            Server = facts,
            Timeline = ranges.Timeline,
            StartLsn = ranges.Start,
            StopLsn = ranges.Stop,
            Compression = copied.Compression,
            Base = copied.Tar(BaseName),
            StreamedWal = copied.Tar(WalName),
            BackupManifest = copied.Files[ManifestName],
            Tablespaces = [.. tablespaces.Where(copied.Holds).Select(copied.Of)],
            DataManifest = manifest,
            ManifestPoint = taken?.Point,
            ManifestFailure = (outcome as ManifestOutcome.Failed)?.Reason,
            DataBytes = databases.Sum(database => database.Bytes),
        };
    }

    /// <summary>Only to know which large table's turn it is: without it, the first one's.</summary>
    private async Task<DataManifest?> PreviousAsync(string server, CancellationToken cancellationToken)
    {
        var kept = await catalogue.KeptAsync(server, cancellationToken);
        if (kept.Select(entry => entry.Physical?.DataManifest).OfType<VaultObject>().LastOrDefault() is not { } stored)
            return null;

        try
        {
            return await manifests.ReadAsync(stored, cancellationToken);
        }
        catch (BackupStoreException exception) when (exception.Failure is BackupStoreFailure.Missing
            or BackupStoreFailure.Damaged or BackupStoreFailure.KeyMissing)
        {
            PreviousUnreadable(logger, server, stored.Name, exception);
            return null;
        }
    }

    [LoggerMessage(
        EventName = "backup_compression_fell_back", Level = LogLevel.Warning, Message = "{server} {compression}")]
    private static partial void FellBack(ILogger logger, string server, string compression);

    [LoggerMessage(EventName = "previous_manifest_unreadable", Level = LogLevel.Warning, Message = "{server} {name}")]
    private static partial void PreviousUnreadable(ILogger logger, string server, string name, Exception exception);
}
