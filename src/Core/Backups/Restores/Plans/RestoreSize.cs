namespace RecoveryOS.Core.Backups.Restores.Plans;

/// <summary>What a restore moves, in bytes.</summary>
/// <param name="Fetched">Of the base, as it is stored.</param>
/// <param name="Wal">Of the archived WAL, as it is stored.</param>
/// <param name="Replayed">Of WAL, unpacked.</param>
internal sealed record RestoreSize(long Fetched, long Wal, long Replayed)
{
    public static RestoreSize Of(BaseRoute route)
    {
        var (source, wal) = (route.Base, route.Route);
        return new RestoreSize(
            source.Base.StoredLength
                + source.Tablespaces.Sum(tablespace => tablespace.Content.StoredLength)
                + (wal.UsesStreamedWal ? source.StreamedWal.StoredLength : 0),
            wal.Segments.Sum(segment => segment.Stored.Length),
            (long)((route.LastRecord is { } last && last > source.StartLsn ? last : source.StopLsn) - source.StartLsn));
    }
}
