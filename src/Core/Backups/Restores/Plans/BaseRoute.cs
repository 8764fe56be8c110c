using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Restores.Plans;

/// <summary>A base, the WAL that follows it, and how far that leads.</summary>
/// <param name="LastRecord">The furthest target; null: the base leads to its own stop only.</param>
/// <param name="End">The first position that it does not lead to.</param>
/// <param name="To">The last commit that it brings back; the base's own end when there is none after it.</param>
/// <param name="Broken">Why it ends before the archive does, in words; null: it does not.</param>
internal sealed record BaseRoute(
    CatalogueEntry Entry,
    PhysicalBackup Base,
    WalRoute Route,
    Lsn? LastRecord,
    Lsn End,
    DateTimeOffset To,
    string? Broken)
{
    public DateTimeOffset From => Base.FinishedAt;

    public WindowSpan Span => new(Base.Id, LastRecord is null ? Base.Timeline : Route.Timeline, From, To, Base.StopLsn,
        LastRecord ?? Base.StopLsn);
}
