using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Backups.Drills;

namespace RecoveryOS.Core.Backups.Restores;

/// <summary>
/// How long a restore will take: by the phases of earlier ones where they were measured, else by assumptions that it states.
/// </summary>
/// <param name="measured">The phases of a server's newest restore; null while there is none.</param>
public sealed class RestoreForecast(Func<string, CancellationToken, Task<IReadOnlyList<DrillPhase>?>>? measured = null)
{
    private const double FetchBytesPerSecond = 60e6;
    private const double ReplayBytesPerSecond = 30e6;
    private const double FixedSeconds = 3;

    internal async Task<Forecast> OfAsync(RecoveryMap map, BaseRoute route, CancellationToken cancellationToken)
    {
        try
        {
            var phases = measured is null ? null : await measured(map.Server, cancellationToken);
            return Of(Fetched(route), Replayed(route), phases);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            // That database may be the very one that is to be restored: a restore must not need it.
            return Of(Fetched(route), Replayed(route), null, "the service's database does not say what was measured");
        }
    }

    /// <param name="fetched">Stored bytes of the base.</param>
    /// <param name="replayed">Bytes of WAL, unpacked.</param>
    /// <param name="phases">Null: nothing is known.</param>
    /// <param name="why">Why nothing is known.</param>
    internal static Forecast Of(
        long fetched, long replayed, IReadOnlyList<DrillPhase>? phases, string why = "none was measured yet")
    {
        var fetch = Rate(phases, "fetch") ?? FetchBytesPerSecond;
        var replay = Rate(phases, "replay") ?? ReplayBytesPerSecond;
        // What does not grow with the WAL grows with the base, or with nothing.
        var rest = phases?.Where(phase => phase.Name is "start" or "promote" or "first_query").Sum(phase => phase.Seconds)
            ?? FixedSeconds;
        var verify = phases?.Where(phase => phase.Name is "verify").Sum(phase => phase.Seconds) ?? fetched / fetch / 4;
        var seconds = (fetched / fetch) + (replayed / replay) + verify + rest;
        return new Forecast(seconds, phases is null
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"assumed, since {why}: {fetch / 1e6:0} MB/s of the stored base, {replay / 1e6:0} MB/s of WAL")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"as measured last: {fetch / 1e6:0.#} MB/s of the stored base, {replay / 1e6:0.#} MB/s of WAL"));
    }

    internal static long Fetched(BaseRoute route) => route.Base.Base.StoredLength
        + route.Base.Tablespaces.Sum(tablespace => tablespace.Content.StoredLength)
        + (route.Route.UsesStreamedWal ? route.Base.StreamedWal.StoredLength : 0);

    internal static long Replayed(BaseRoute route) => route.LastRecord is { } last && last > route.Base.StartLsn
        ? (long)(last - route.Base.StartLsn)
        : (long)(route.Base.StopLsn - route.Base.StartLsn);

    private static double? Rate(IReadOnlyList<DrillPhase>? phases, string name) =>
        phases?.FirstOrDefault(phase => phase.Name == name) is { Bytes: > 0, Seconds: > 0 } phase
            ? phase.Bytes / phase.Seconds
            : null;
}

/// <param name="Basis">What it rests on, in words.</param>
internal sealed record Forecast(double Seconds, string Basis);
