namespace RecoveryOS.Bench.Outbound;

/// <summary>
/// The contenders in turn on one cluster and against one simulator, so that a slow machine slows both.
/// </summary>
internal static class OutboxBench
{
    private const int Few = 1000;
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(3);

    public static async Task<OutboxFigures> RunAsync(
        int texts, int rounds, int many, CancellationToken cancellationToken)
    {
        await Say("Starting PostgreSQL (fsync on) and the simulator");
        await using var stage = await Stage.SetAsync(cancellationToken);
        await using var twilio = await SimulatedTwilio.StartAsync(cancellationToken);
        await using var office = new Office(stage, twilio);
        using var client = twilio.CreateClient();
        await Office.EnrolAsync(stage, cancellationToken);
        await stage.ExecuteAsync(BareLoop.Table, cancellationToken);

        await Say("Warming up");
        await BareAsync(texts / 2);
        await OursAsync(texts / 2);

        List<double> ours = [];
        List<double> bare = [];
        for (var round = 1; round <= rounds; round++)
        {
            await Say($"Round {round} of {rounds}: {texts} texts each");
            bare.Add(await BareAsync(texts));
            ours.Add(await OursAsync(texts));
        }

        var (few, full) = await GrowthAsync(stage, office, twilio, rounds, many, cancellationToken);
        return new(texts, Median(ours), Median(bare), Few, many, 1000 / Median(few), 1000 / Median(full));

        async Task<double> BareAsync(int count)
        {
            await stage.ExecuteAsync(
                $"""
                TRUNCATE bare_outbox;
                INSERT INTO bare_outbox (recipient, body)
                SELECT '+1416555' || lpad((text % 200)::text, 4, '0'), 'Please call us when you can.'
                FROM generate_series(1, {count}) AS text
                """,
                cancellationToken);
            await ReadyAsync(stage, twilio, cancellationToken);
            return await BareLoop.RunAsync(
                stage.DataSource, client, Core.Messaging.Outbound.Dispatcher.Room, count, cancellationToken);
        }

        async Task<double> OursAsync(int count)
        {
            await stage.ExecuteAsync("TRUNCATE outbox, message_events", cancellationToken);
            await office.QueueAsync(count, 0, cancellationToken);
            await ReadyAsync(stage, twilio, cancellationToken);
            return await office.EmptyAsync(count, cancellationToken);
        }
    }

    // Half of the many are due, half wait for another day; a few are all due. In turn, as above.
    private static async Task<(List<double> Few, List<double> Many)> GrowthAsync(
        Stage stage, Office office, SimulatedTwilio twilio, int rounds, int many, CancellationToken cancellationToken)
    {
        List<double> few = [];
        List<double> full = [];
        for (var round = 1; round <= rounds; round++)
        {
            await Say($"Round {round} of {rounds}: {Few} waiting, then {many} waiting");
            await stage.ExecuteAsync("TRUNCATE outbox, message_events", cancellationToken);
            List<double> emptied = [];
            for (var time = 0; time < 5; time++)
            {
                await office.QueueAsync(Few, 0, cancellationToken);
                await ReadyAsync(stage, twilio, cancellationToken);
                emptied.Add(await office.EmptyAsync(Few, cancellationToken));
            }

            few.Add(Median(emptied));
            await stage.ExecuteAsync("TRUNCATE outbox, message_events", cancellationToken);
            await office.QueueAsync(many, many / 2, cancellationToken);
            await stage.ExecuteAsync("VACUUM ANALYZE outbox", cancellationToken);
            await ReadyAsync(stage, twilio, cancellationToken);
            full.Add(await office.SendForAsync(Glance, cancellationToken));
        }

        return (few, full);
    }

    private static async Task ReadyAsync(Stage stage, SimulatedTwilio twilio, CancellationToken cancellationToken)
    {
        await twilio.ClearAsync(cancellationToken);
        await stage.ExecuteAsync("CHECKPOINT", cancellationToken);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static Task Say(string line) => Console.Error.WriteLineAsync(line);
}
