using Npgsql;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Tests.Backups.Retention;

namespace RecoveryOS.Core.Tests.Backups.Restores;

public sealed class RestoreForecastTests
{
    /// <summary>Seconds of the phases that grow with nothing.</summary>
    private const double Fixed = 0.4 + 0.9 + 0.2;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1.5, 1, 1)]
    [InlineData(1, 3, 3)]
    [InlineData(3, 8, 2)]
    [InlineData(0.2, 0.1, 0.1)]
    public void The_next_restore_is_forecast_within_a_fifth(double largerBase, double moreWal, double moreReplay)
    {
        // What a disk that reads 80 MB/s, unpacks, and replays 25 MB/s does, give or take.
        var size = new RestoreSize((long)(640e6 * largerBase), (long)(90e6 * moreWal), (long)(300e6 * moreReplay));
        var taken = (size.Fetched / 80e6) + (size.Wal / 45e6) + (size.Replayed / 25e6) + Fixed;

        var forecast = RestoreForecast.Of(size, [.. Restore(1.05), .. Restore(0.94), .. Restore(1.1)]);

        Assert.InRange(forecast.Seconds, taken * 0.8, taken * 1.2);
        Assert.StartsWith("as measured last", forecast.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restore_that_moved_no_WAL_leaves_its_speed_to_assumption()
    {
        var size = new RestoreSize(80_000_000, 60_000_000, 30_000_000);

        var forecast = RestoreForecast.Of(
            size,
            [new("fetch", 1, 80_000_000), new("wal", 0.01, 0), new("verify", 9, null), new("first_query", 1, null)]);

        // pg_verifybackup is a test's own work: a restore looks at the files while it unpacks them.
        Assert.Equal(1 + 1 + 1 + 1, forecast.Seconds, 3);
    }

    [Fact]
    public async Task A_database_that_is_away_leaves_all_to_assumption_and_the_forecast_says_so()
    {
        var forecast = new RestoreForecast((_, _) => throw new NpgsqlException("It is the one to restore."));

        var made = await forecast.OfAsync(Map, Route, CancellationToken);

        Assert.StartsWith("assumed, since the service's database does not say", made.Basis, StringComparison.Ordinal);
        Assert.Equal((await new RestoreForecast().OfAsync(Map, Route, CancellationToken)).Seconds, made.Seconds);
    }

    private static RecoveryMap Map { get; } = new("clinic", [], [], null);

    private static BaseRoute Route
    {
        get
        {
            var source = History.PhysicalOf(Guid.NewGuid(), DateTimeOffset.UnixEpoch, 1);
            var entry =
                new CatalogueEntry { Sequence = 1, Server = "clinic", At = default, Previous = "", Physical = source };
            return new BaseRoute(
                entry,
                source,
                new WalRoute(new TimelineHistory(1, []), [], true, null),
                null,
                source.StopLsn,
                default,
                null);
        }
    }

    private static DrillPhase[] Restore(double slower) =>
    [
        new("fetch", 8 * slower, 640_000_000),
        new("wal", 2 * slower, 90_000_000),
        new("verify", 1.28 * slower, null),
        new("start", 0.4 * slower, null),
        new("replay", 12 * slower, 300_000_000),
        new("promote", 0.9 * slower, null),
        new("first_query", 0.2 * slower, null),
        new("checks", 300 * slower, null),
    ];
}
