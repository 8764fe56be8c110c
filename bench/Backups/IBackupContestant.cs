namespace RecoveryOS.Bench.Backups;

/// <summary>One way to back the arena's server up and to bring it back.</summary>
internal interface IBackupContestant
{
    string Name { get; }

    /// <summary>What is done once, and not measured.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>A full backup.</summary>
    Task<Cost> BackupAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The newest backup into an empty folder, up to a server that answers and is no longer in recovery.
    /// </summary>
    Task<Cost> RestoreAsync(string folder, CancellationToken cancellationToken);

    /// <summary>What its newest backup takes in its store.</summary>
    long StoredBytes();

    /// <summary>Removes its backups, so that the next round starts alike.</summary>
    Task ForgetAsync(CancellationToken cancellationToken);

    /// <summary>Ends what it keeps running.</summary>
    Task FinishAsync(CancellationToken cancellationToken);
}
