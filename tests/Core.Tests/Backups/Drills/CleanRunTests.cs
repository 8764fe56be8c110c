using System.Diagnostics;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>Nothing is wrong with these backups, and nobody says so.</summary>
public sealed class CleanRunTests(PostgresFixture postgres)
{
    private const double LeastRate = 1000;
    private const double MostMiss = 0.2;
    private const int TestsOfABackup = 10;
    private const int Short = 2;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Backups_that_were_taken_under_a_thousand_transactions_a_second_pass_every_test()
    {
        await using var server = await LoadedServer.StartAsync(postgres);
        await server.Writers.WaitForAsync(500, CancellationToken);
        List<string> alarms = [];
        List<double> misses = [];
        var runs = LongRun.Or(Short, 50);
        var best = 0d;
        for (var run = 0; run < runs; run++)
        {
            if (run % TestsOfABackup == 0)
                best = Math.Max(best, await RateAsync(server, server.BackUpAsync));
            // The short version leaves the machine to the tests after it.
            if (runs == Short)
                await server.Writers.StopAsync();
            var evidence = await server.TestAsync(run % TestsOfABackup == 0 ? "manifest" : "newest");
            if (evidence.Verdict is not Verdict.Passed)
                alarms.Add($"run {run}: {string.Join(' ', evidence.Reasons)}");
            if (run > 0 && evidence.Rto is { ForecastSeconds: { } forecast, ActualSeconds: { } actual })
                misses.Add(Math.Abs(forecast - actual) / actual);
        }

        var miss = misses.Order().ElementAtOrDefault(misses.Count / 2);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{runs} clean runs, {alarms.Count} false alarms, {best:F0} transactions/s during a backup; "
            + $"half of {misses.Count} forecasts were within {miss:P0}, all within {misses.DefaultIfEmpty().Max():P0}");
        Assert.True(alarms.Count == 0, string.Join(Environment.NewLine, alarms));
        Assert.InRange(best, LeastRate, double.MaxValue);
        // One short restore beside other tests says nothing of forecasts.
        if (runs > Short)
            Assert.InRange(miss, 0, MostMiss);
    }

    /// <summary>How many transactions a second were committed meanwhile.</summary>
    private static async Task<double> RateAsync<T>(LoadedServer server, Func<Task<T>> work)
    {
        var (before, started) = (server.Writers.Transactions, Stopwatch.GetTimestamp());
        await work();
        return (server.Writers.Transactions - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
