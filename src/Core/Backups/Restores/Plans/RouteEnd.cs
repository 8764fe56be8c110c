using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Reading;

namespace RecoveryOS.Core.Backups.Restores.Plans;

/// <summary>How far a route really goes: read from its newest segments.</summary>
/// <param name="LastRecord">The start of the last valid record: the furthest target.</param>
/// <param name="End">The first position after it.</param>
/// <param name="LastCommit">Null when the segments that were read hold none.</param>
/// <param name="Damage">What ends the route before its last segment does.</param>
internal sealed record RouteEnd(Lsn? LastRecord, Lsn? End, WalCommit? LastCommit, WalDamage? Damage)
{
    public static RouteEnd Nowhere { get; } = new(null, null, null, null);

    /// <summary>Reads the last segment, and those before it only while no commit is found.</summary>
    public static async Task<RouteEnd> ReadAsync(
        WalRoute route, ulong systemIdentifier, WalArchive archive, CancellationToken cancellationToken)
    {
        var end = Nowhere;
        for (var first = route.Segments.Count - 1; first >= 0; first--)
        {
            var read = await ReadAsync(route, first, systemIdentifier, archive, cancellationToken);
            end = read with { Damage = read.Damage ?? (read.LastRecord is null ? end.Damage : null) };
            if (end is { LastRecord: not null, LastCommit: not null })
                return end;
        }

        return end;
    }

    private static async Task<RouteEnd> ReadAsync(
        WalRoute route, int first, ulong systemIdentifier, WalArchive archive, CancellationToken cancellationToken)
    {
        var reader = new WalReader(null, systemIdentifier);
        var end = Nowhere;
        foreach (var segment in route.Segments.Skip(first))
        {
            await using var content = await archive.OpenAsync(segment, cancellationToken);
            var reading = await reader.ReadAsync(
                new SegmentRequest(segment.Segment) { IsOpen = !segment.IsWhole, History = route.History },
                content,
                cancellationToken);
            end = new RouteEnd(
                reading.LastRecord ?? end.LastRecord,
                reading.End ?? end.End,
                reading.LastCommit ?? end.LastCommit,
                reading.Damage);
            if (reading.Damage is not null)
                return end;
        }

        return end;
    }
}
