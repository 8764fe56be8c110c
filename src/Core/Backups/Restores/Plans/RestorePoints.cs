using System.Globalization;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Reading;

namespace RecoveryOS.Core.Backups.Restores.Plans;

/// <summary>Looks for a named point in the WAL itself, which is read for it.</summary>
internal sealed class RestorePoints(WalArchive archive)
{
    /// <summary>
    /// The end of the first point of this name that the base's route passes; null when it passes none.
    /// </summary>
    /// <param name="until">Nothing that begins behind it is looked at; null: all of the route is.</param>
    public async Task<Lsn?> FindAsync(BaseRoute route, string name, Lsn? until, CancellationToken cancellationToken)
    {
        var reader = new WalReader(
            null, ulong.Parse(route.Base.Server.SystemIdentifier, CultureInfo.InvariantCulture));
        foreach (var segment in route.Route.Segments.Where(segment => until is null || segment.Segment.Start <= until))
        {
            await using var content = await archive.OpenAsync(segment, cancellationToken);
            var reading = await reader.ReadAsync(
                new SegmentRequest(segment.Segment) { IsOpen = !segment.IsWhole, History = route.Route.History },
                content,
                cancellationToken);
            var found = reading.RestorePoints.FirstOrDefault(
                point => point.Name == name && point.Lsn >= route.Base.StopLsn);
            if (found is not null || reading.Damage is not null)
                return found?.End;
        }

        return null;
    }
}
