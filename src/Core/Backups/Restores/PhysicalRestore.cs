using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Restores.RestoredServers;
using RecoveryOS.Core.Backups.Restores.Unpacking;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores;

/// <summary>
/// Brings a base backup and the WAL after it out of the store, into a folder that PostgreSQL can be started on.
/// </summary>
public sealed class PhysicalRestore(BackupVault vault, WalArchive archive, TimeProvider time)
{
    /// <summary>Refuses a folder that could be somebody's data, and a disk without room; looks only.</summary>
    /// <exception cref="BackupException"><c>target_not_empty</c>, <c>target_in_use</c>, <c>disk_full</c>.</exception>
    public static void Check(RestorePlan plan, string folder)
    {
        RestoreFolder.Refuse(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        RestoreFolder.RequireRoom(folder, plan.DiskBytes);
    }

    /// <summary>
    /// Fetches what the plan names, unpacks it while it comes, and sets up recovery to the plan's target.
    /// </summary>
    /// <param name="folder">
    /// Empty or not there. When this ends before its end, the folder says so, and is never started.
    /// </param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="BackupException">
    /// <c>target_not_empty</c>, <c>target_in_use</c>, <c>disk_full</c>, <c>wrong_major_version</c>,
    /// <c>unpack_failed</c>, <c>backup_damaged</c>.
    /// </exception>
    /// <exception cref="BackupStoreException">Something can't be read, or is not what was stored.</exception>
    public async Task<RestoredCluster> FetchAsync(
        RestorePlan plan,
        string folder,
        PhysicalRestoreOptions? options,
        IProgress<BackupProgress>? progress,
        CancellationToken cancellationToken)
    {
        options ??= new PhysicalRestoreOptions();
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        Check(plan, path);
        var binaries = await TargetServer.BinariesAsync(plan.Base.Server.MajorVersion, cancellationToken);

        var target = RestoreFolder.Prepare(path, $"Base {plan.Base.Id} of {plan.Server}, to {plan.Target}.");
        var user = await ServerUser.OwnAsync(target.Path, cancellationToken);
        var work = new RestoreWork(target, options.IsBackground ? user.InBackground() : user, progress, time);
        try
        {
            return await FetchAsync(plan, options, work, binaries, cancellationToken);
        }
        catch (IOException exception) when (exception is not FileNotFoundException && DiskIsFull(exception))
        {
            throw new BackupException(
                "disk_full", $"The disk of {path} is full: delete the folder, make room, restore again.", exception);
        }
    }

    private async Task<RestoredCluster> FetchAsync(
        RestorePlan plan,
        PhysicalRestoreOptions options,
        RestoreWork work,
        PostgresBinaries binaries,
        CancellationToken cancellationToken)
    {
        var source = await work.MeasureAsync(
            "fetch", BaseBytes(plan), report => UnpackAsync(plan, options, work, report, cancellationToken));
        var notes = await new ClusterSettings(work.Folder).ApplyAsync(plan, cancellationToken);
        var wal = plan.Segments.Sum(segment => segment.Stored.Length);
        await work.MeasureAsync("wal", wal, report => FetchWalAsync(plan, work, report, cancellationToken));
        _ = await ServerUser.OwnAsync(work.Folder.Path, cancellationToken);
        if (options.Check is FileCheck.PgVerifyBackup)
        {
            await work.MeasureAsync("verify", null, async _ =>
            {
                await VerifyAsync(plan, work, binaries, cancellationToken);
                return 0;
            });
        }

        notes = [.. source.Notes, .. notes, .. RunningTwins.Of(plan.Base.Server.SystemIdentifier, work.Folder.Path)];
        work.Folder.Finish();
        return new RestoredCluster(work.Folder.Path, plan, notes, work.Phases, source.Tablespaces);
    }

    private async Task<UnpackedBase> UnpackAsync(
        RestorePlan plan,
        PhysicalRestoreOptions options,
        RestoreWork work,
        IProgress<long> report,
        CancellationToken cancellationToken)
    {
        if (options.Check is not FileCheck.None)
            await FetchManifestAsync(plan, work, cancellationToken);

        var unpacking = new BaseUnpacking(
            vault,
            work.Folder,
            new TablespaceMap(work.Folder, options.Tablespaces),
            options.IsBackground ? UnpackHelper.Find() : null,
            report);
        return await unpacking.RunAsync(plan, options.Check is FileCheck.WhileUnpacking, cancellationToken);
    }

    private async Task FetchManifestAsync(RestorePlan plan, RestoreWork work, CancellationToken cancellationToken)
    {
        await using var content = await vault.OpenAsync(plan.Base.BackupManifest, cancellationToken);
        await using var file = File.Create(work.Folder.Manifest);
        await content.CopyToAsync(file, cancellationToken);
    }

    /// <summary>
    /// Straight into pg_wal, where recovery looks when the archive has nothing: no process for each segment.
    /// </summary>
    private async Task<int> FetchWalAsync(
        RestorePlan plan, RestoreWork work, IProgress<long> report, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(work.Folder.Wal, "archive_status"));
        foreach (var timeline in plan.Histories)
        {
            var text = await archive.ReadHistoryTextAsync(plan.Server, timeline, cancellationToken);
            await File.WriteAllTextAsync(
                Path.Combine(work.Folder.Wal, TimelineHistory.FileNameOf(timeline)), text, cancellationToken);
        }

        var (fetched, guard) = (0L, new Lock());
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(plan.Segments, parallel, async (segment, token) =>
        {
            await using var content = await archive.OpenAsync(segment, token);
            await using var file = File.Create(Path.Combine(work.Folder.Wal, segment.Segment.Name));
            await content.CopyToAsync(file, token);
            lock (guard)
                report.Report(fetched += segment.Stored.Length);
        });
        return plan.Segments.Count;
    }

    /// <summary>PostgreSQL's own word that every file of the base is there and is what was sent.</summary>
    private static async Task VerifyAsync(
        RestorePlan plan, RestoreWork work, PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        // Changed on purpose; what the backup held of them is proved by the digest of the whole.
        string[] changed = [TablespaceMap.FileName, .. ClusterSettings.Changed, RestoreFolder.MarkerName];
        var verified = await work.User.RunAsync(
            [
                binaries["pg_verifybackup"], "-q", "-e", "-m", work.Folder.Manifest,
                .. changed.SelectMany(name => new[] { "-i", name }),
                work.Folder.Path,
            ],
            cancellationToken);
        if (verified.ExitCode != 0)
        {
            throw new BackupException(
                "backup_damaged", $"pg_verifybackup refuses the base {plan.Base.Id}: {verified.Reason}");
        }
    }

    private static long BaseBytes(RestorePlan plan) => plan.Base.Base.Length
        + plan.Base.Tablespaces.Sum(tablespace => tablespace.Content.Length)
        + (plan.UsesStreamedWal ? plan.Base.StreamedWal.Length : 0);

    /// <summary>ENOSPC and EDQUOT; .NET keeps errno in the low bits.</summary>
    private static bool DiskIsFull(IOException exception) => (exception.HResult & 0xFFFF) is 28 or 122;
}
