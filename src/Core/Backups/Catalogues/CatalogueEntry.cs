using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Catalogues;

/// <summary>
/// One thing that happened to a server's backups. Entries are numbered from 1 without holes, signed, and each names the
/// hash of the one before it: none can be changed, dropped or moved unseen. Exactly one of the last six is there.
/// </summary>
public sealed record CatalogueEntry
{
    /// <summary>From 1, for each server.</summary>
    public required long Sequence { get; init; }

    /// <summary>The target's name.</summary>
    public required string Server { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>SHA-256 of the entry before, as it was signed, in lower-case hex; of nothing for the first.</summary>
    public required string Previous { get; init; }

    public PhysicalBackup? Physical { get; init; }

    public LogicalBackup? Logical { get; init; }

    /// <summary>A backup's objects were removed by retention.</summary>
    public PrunedBackup? Pruned { get; init; }

    /// <summary>Old WAL was removed by retention.</summary>
    public PrunedWal? WalPruned { get; init; }

    /// <summary>WAL before this point cannot be joined to WAL after it.</summary>
    public WalChainStart? WalChain { get; init; }

    /// <summary>A restore test that ended.</summary>
    public TestedRestore? Tested { get; init; }
}

/// <summary>A backup that is gone, and why.</summary>
/// <param name="Reason">The rule, in words.</param>
public sealed record PrunedBackup(Guid BackupId, string Reason);

/// <summary>
/// WAL that only served bases older than this one is gone. Those that stay lead to their own end, by the WAL that was
/// streamed with them.
/// </summary>
/// <param name="BackupId">The first base whose WAL stays.</param>
/// <param name="FinishedAt">When it ended: from there on any moment can be restored.</param>
/// <param name="StartLsn">Where its replay begins.</param>
public sealed record PrunedWal(Guid BackupId, DateTimeOffset FinishedAt, Lsn StartLsn)
{
    /// <summary>The newest that a catalogue tells of; null: no WAL was removed.</summary>
    public static PrunedWal? NewestOf(IReadOnlyList<CatalogueEntry> entries) =>
        entries.LastOrDefault(entry => entry.WalPruned is not null)?.WalPruned;
}

/// <summary>The verdict of a restore test, and the hash of its evidence.</summary>
/// <param name="Verdict"><c>passed</c>, <c>failed</c> or <c>inconclusive</c>.</param>
/// <param name="EvidenceSha256">Of the signed evidence, in lower-case hex.</param>
/// <param name="ProvenUntil">The moment up to which the restore brought the data back; null unless it passed.</param>
public sealed record TestedRestore(
    Guid TestId, string Method, string Verdict, Guid? BackupId, string EvidenceSha256, DateTimeOffset? ProvenUntil)
{
    /// <summary>The rows were held against the data manifest of <see cref="BackupId"/>, and were right.</summary>
    public bool ComparedManifest { get; init; }
}
