using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Restores.Plans;

/// <summary>
/// Says what of a server can be restored, and where the holes are. It reads listings and the newest segments only: that
/// every byte between is sound is for the verification of WAL and for restore tests to say.
/// </summary>
public sealed class RecoveryWindows(
    BackupCatalogue catalogue, WalArchive archive, HeartbeatLedger ledger, RestoreForecast forecast, TimeProvider time)
{
    /// <exception cref="BackupStoreException">The store can't be listed or read.</exception>
    /// <exception cref="CatalogueException">The catalogue's chain is broken.</exception>
    public async Task<RecoveryWindow> ReadAsync(string server, CancellationToken cancellationToken)
    {
        var map = await new RecoverySurvey(catalogue, archive, ledger).ReadAsync(server, cancellationToken);
        var now = time.GetUtcNow();
        var spans = map.Routes.Select(route => route.Span).ToList();
        var best = map.Routes.MaxBy(route => route.To);
        var predicted = best is null ? null : await forecast.OfAsync(map, best, cancellationToken);
        return new RecoveryWindow
        {
            Server = server,
            AsOf = now,
            Earliest = spans.Count > 0 ? spans.Min(span => span.From) : null,
            Latest = best?.To,
            Spans = spans,
            Holes = Holes(map, now),
            PredictedRtoSeconds = predicted?.Seconds,
            Prediction = predicted?.Basis,
            LastProven = map.Entries.Max(
                entry => entry.Tested is { Verdict: "passed" } tested ? tested.ProvenUntil : null),
        };
    }

    /// <summary>
    /// A hole is from where no route leads on to where the next base ends; after the last, up to now. Where retention
    /// let the WAL go, nothing was lost.
    /// </summary>
    private static List<WindowHole> Holes(RecoveryMap map, DateTimeOffset now)
    {
        List<WindowHole> holes = [];
        BaseRoute? furthest = null;
        foreach (var route in map.Routes)
        {
            if (furthest is not null && furthest.To < route.From && !(route.From <= map.WalFrom))
            {
                holes.Add(new WindowHole(
                    furthest.To, route.From, furthest.Broken ?? "The WAL after it ends before the next base begins."));
            }

            if (furthest is null || route.To >= furthest.To)
                furthest = route;
        }

        if (furthest?.Broken is { } broken && furthest.To < now)
            holes.Add(new WindowHole(furthest.To, now, broken));
        return holes;
    }
}
