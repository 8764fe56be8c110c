using System.Diagnostics;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Tests.Messaging.Outbound;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>Nothing is wrong with these backups, and nobody says so.</summary>
public sealed class CleanRunTests(PostgresFixture postgres)
{
    private const double LeastRate = 1000;
    private const int TestsOfABackup = 10;
    private const int Short = 2;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Backups_that_were_taken_under_a_thousand_transactions_a_second_pass_every_test()
    {
        await using var server = await LoadedServer.StartAsync(postgres);
        await server.Writers.WaitForAsync(500, CancellationToken);
        List<string> alarms = [];
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
        }

        TestContext.Current.SendDiagnosticMessage(
            $"{runs} clean runs, {alarms.Count} false alarms, {best:F0} transactions/s during a backup");
        Assert.Empty(alarms);
        Assert.InRange(best, LeastRate, double.MaxValue);
    }

    /// <summary>How many transactions a second were committed meanwhile.</summary>
    private static async Task<double> RateAsync<T>(LoadedServer server, Func<Task<T>> work)
    {
        var (before, started) = (server.Writers.Transactions, Stopwatch.GetTimestamp());
        await work();
        return (server.Writers.Transactions - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
