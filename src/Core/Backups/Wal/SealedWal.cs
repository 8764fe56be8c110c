using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Physical;

namespace RecoveryOS.Core.Backups.Wal;

/// <summary>
/// From where on archived WAL has to be sealed. Its objects are known by name alone, so whoever may write to the store
/// could lay a plain segment of his own in a sealed one's place, and it would be replayed. A vault with an active key
/// refuses plain objects therefore; but what was written before encryption was switched on is plain, and has to stay
/// readable. The objects themselves cannot say when that was; the catalogue can, since it is signed: WAL from the start
/// of the first sealed base that no plain one follows must be sealed, older WAL need not be. Whoever switches
/// encryption on is safe from forged WAL with the next base backup.
/// </summary>
/// <remarks>
/// Other things that are opened by name alone may be plain for ever. Timeline histories are never written again; a
/// forged one can keep a restore from its end, as deleting it does, but leads to no WAL that is not sealed. Evidence is
/// signed, and read without any key. Catalogue entries are signed, heartbeats plain by design: both go past the vault.
/// </remarks>
/// <param name="Timeline">Of that base.</param>
/// <param name="From">Where its replay starts.</param>
public sealed record SealedWal(uint Timeline, Lsn From)
{
    /// <summary>Null: there is no sealed base, or a plain one after it.</summary>
    public static SealedWal? Of(IReadOnlyList<CatalogueEntry> entries)
    {
        PhysicalBackup? first = null;
        foreach (var backup in entries.Select(entry => entry.Physical).OfType<PhysicalBackup>())
            first = backup.Base.KeyId is null ? null : first ?? backup;
        return first is null ? null : new SealedWal(first.Timeline, first.StartLsn);
    }

    /// <summary>
    /// Whether a segment was first written after that base began: a later timeline was, wherever it is.
    /// </summary>
    public bool Covers(WalSegment segment) =>
        segment.Timeline > Timeline || (segment.Timeline == Timeline && segment.End > From);
}
