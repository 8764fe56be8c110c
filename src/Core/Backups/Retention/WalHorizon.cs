using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Retention;

/// <summary>
/// Which WAL is still needed: that of the base that serves the window's first moments, of every base after it, and of
/// the newest one that a restore test brought back. A base that stays for longer, as one of each month does, keeps no
/// WAL: what was streamed with it leads to its own end, and the WAL of a year may be a hundred times its size.
/// </summary>
/// <param name="First">The oldest base whose WAL stays.</param>
/// <param name="Served">It and those after it.</param>
public sealed record WalHorizon(PhysicalBackup First, IReadOnlyList<PhysicalBackup> Served)
{
    /// <summary>In bytes.</summary>
    public int SegmentSize => First.Server.WalSegmentSize;

    /// <param name="kept">The bases that stay, oldest first.</param>
    /// <param name="verified">The newest one that a restore test brought back.</param>
    /// <param name="start">From when on any moment can be restored.</param>
    public static WalHorizon? Of(IReadOnlyList<PhysicalBackup> kept, PhysicalBackup? verified, DateTimeOffset start)
    {
        if (kept is not [var oldest, ..])
            return null;

        var serving = kept.LastOrDefault(backup => backup.FinishedAt <= start) ?? oldest;
        var first = verified is not null && verified.FinishedAt < serving.FinishedAt ? verified : serving;
        return new WalHorizon(first, [.. kept.Where(backup => backup.FinishedAt >= first.FinishedAt)]);
    }

    /// <summary>
    /// Whether a segment serves none of these: replay goes on from a base's start, and never to an older timeline. One
    /// that was stored later stays all the same: a server that was set back, or made anew, writes low positions
    /// again, and its first base may be on its way.
    /// </summary>
    public bool IsBefore(WalSegment segment, DateTimeOffset storedAt) =>
        storedAt < Served.Min(backup => backup.StartedAt) && !Served.Any(backup => Needs(backup, segment));

    /// <summary>Of a timeline that was left, a base's first segment may still be that timeline's.</summary>
    private static bool Needs(PhysicalBackup backup, WalSegment segment) =>
        segment.End > backup.StartLsn && (segment.Timeline >= backup.Timeline || segment.Start <= backup.StartLsn);
}
