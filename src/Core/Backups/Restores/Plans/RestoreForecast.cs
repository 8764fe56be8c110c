using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Backups.Drills;

namespace RecoveryOS.Core.Backups.Restores.Plans;

/// <summary>
/// How long a restore will take: by the phases of earlier ones where they were measured, else by assumptions that it
/// states.
/// </summary>
/// <param name="measured">The phases of a server's last restores, of all together; null while there is none.</param>
public sealed class RestoreForecast(Func<string, CancellationToken, Task<IReadOnlyList<DrillPhase>?>>? measured = null)
{
    private const double FetchBytesPerSecond = 60e6;
    private const double ReplayBytesPerSecond = 30e6;
    private const double FixedSeconds = 3;

    internal async Task<Forecast> OfAsync(RecoveryMap map, BaseRoute route, CancellationToken cancellationToken)
    {
        var size = RestoreSize.Of(route);
        try
        {
            return Of(size, measured is null ? null : await measured(map.Server, cancellationToken));
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            // That database may be the very one that is to be restored: a restore must not need it.
            return Of(size, null, "the service's database does not say what was measured");
        }
    }

    /// <param name="phases">Of one restore or of several; null: nothing is known.</param>
    /// <param name="why">Why nothing is known.</param>
    internal static Forecast Of(
        RestoreSize size, IReadOnlyList<DrillPhase>? phases, string why = "none was measured yet")
    {
        var known = new MeasuredPhases(phases ?? []);
        var fetch = known.Rate("fetch") ?? FetchBytesPerSecond;
        var replay = known.Rate("replay") ?? ReplayBytesPerSecond;
        var seconds = (size.Fetched / fetch)
            + (size.Wal / (known.Rate("wal") ?? FetchBytesPerSecond))
            + (size.Replayed / replay)
            + (known.Mean("start", "promote", "first_query") ?? FixedSeconds);
        return new Forecast(seconds, phases is null
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"assumed, since {why}: {fetch / 1e6:0} MB/s of the stored base, {replay / 1e6:0} MB/s of WAL")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"as measured last: {fetch / 1e6:0.#} MB/s of the stored base, {replay / 1e6:0.#} MB/s of WAL"));
    }
}

/// <param name="Basis">What it rests on, in words.</param>
internal sealed record Forecast(double Seconds, string Basis);
