namespace RecoveryOS.Bench.CheckIns;

/// <summary>Runs the contenders in turn on one cluster, so that a machine that slows down slows all of them.</summary>
internal static class CheckInBench
{
    private const int RoundSeconds = 5;
    private const int StartUps = 7;

    public static async Task<CheckInFigures> RunAsync(int connections, int seconds, CancellationToken cancellationToken)
    {
        await Say("Starting PostgreSQL (fsync on) with 1,000 members");
        await using var stage = await Stage.SetAsync(cancellationToken);
        await Members.FillAsync(stage, cancellationToken);

        await Say($"Start-up: {StartUps} times each");
        var startUp = await StartUpAsync(() => Contender.StartServiceAsync(stage, cancellationToken));
        var bareStartUp = await StartUpAsync(() => Contender.StartBareAsync(stage, cancellationToken));

        await using var service = await Contender.StartServiceAsync(stage, cancellationToken);
        await using var bare = await Contender.StartBareAsync(stage, cancellationToken);
        await Say("Warming up");
        await HttpAsync(service.Url, RoundSeconds);
        await HttpAsync(bare.Url, RoundSeconds);

        var before = await stage.CountAsync("SELECT count(*) FROM check_ins", cancellationToken);
        await stage.ExecuteAsync("SELECT pg_stat_statements_reset()", cancellationToken);
        Load? counted = null;
        var bytes = await Allocations.MeasureAsync(
            service.ProcessId, async () => counted = await HttpAsync(service.Url, RoundSeconds));
        var roundTrips = await RoundTripsAsync(stage, before, cancellationToken);

        List<Load> ofPgbench = [];
        List<Load> ofService = [];
        List<Load> ofBare = [];
        var rounds = Math.Max(1, seconds / RoundSeconds);
        for (var round = 1; round <= rounds; round++)
        {
            await Say($"Round {round} of {rounds}");
            var length = Math.Min(seconds, RoundSeconds);
            ofPgbench.Add(await QuietlyAsync(() => Pgbench.RunAsync(stage, connections, length, cancellationToken)));
            ofService.Add(await QuietlyAsync(() => HttpAsync(service.Url, length)));
            ofBare.Add(await QuietlyAsync(() => HttpAsync(bare.Url, length)));
        }

        await Say("A member with 20,000 check-ins beside one with 10");
        var history = await History.RatioAsync(stage, service.Url, cancellationToken);
        var (a, b, c) = (Load.Median(ofPgbench), Load.Median(ofService), Load.Median(ofBare));
        return new(
            connections, a, b, c,
            b.PerSecond / a.PerSecond,
            b.PerSecond / c.PerSecond,
            startUp, bareStartUp, startUp / bareStartUp,
            a.Errors + b.Errors + c.Errors,
            roundTrips,
            bytes / (counted?.Requests ?? 0),
            history);

        Task<Load> HttpAsync(string url, int length) => Load.ByWrkAsync(
            url, Path.Combine(AppContext.BaseDirectory, "CheckIns", "check-in.lua"), connections, length,
            [stage.Token, $"{Members.Count}"], cancellationToken);

        async Task<Load> QuietlyAsync(Func<Task<Load>> run)
        {
            await stage.ExecuteAsync("CHECKPOINT", cancellationToken);
            return await run();
        }
    }

    private static async Task<double> RoundTripsAsync(Stage stage, long before, CancellationToken cancellationToken)
    {
        // Requests that wrk left in flight still write.
        while (await stage.CountAsync(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE usename <> current_user AND state = 'active' AND backend_type = 'client backend'
            """,
            cancellationToken) > 0)
        {
            await Task.Delay(10, cancellationToken);
        }

        var rows = await stage.CountAsync("SELECT count(*) FROM check_ins", cancellationToken) - before;
        var calls = await stage.CountAsync(
            "SELECT sum(calls) FROM pg_stat_statements WHERE toplevel AND userid <> current_user::regrole",
            cancellationToken);
        return (double)calls / rows;
    }

    private static async Task<double> StartUpAsync(Func<Task<Contender>> start)
    {
        List<double> times = [];
        for (var i = 0; i < StartUps; i++)
        {
            await using var contender = await start();
            times.Add(contender.StartUp.TotalMilliseconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }

    private static Task Say(string line) => Console.Error.WriteLineAsync(line);
}
