using System.CommandLine;

namespace RecoveryOS.Bench.Outbound;

/// <summary><c>bench outbox</c>: texts that go out, beside a bare loop over a table.</summary>
internal static class OutboxCommand
{
    public static Command Create()
    {
        var texts = new Option<int>("--texts") { Description = "Texts in a round", DefaultValueFactory = _ => 5000 };
        var rounds = BenchOptions.Rounds(5, "contender");
        var waiting = new Option<int>("--waiting")
        {
            Description = "How many rows wait in the large outbox",
            DefaultValueFactory = _ => 1_000_000,
        };
        var json = BenchOptions.Json();
        var command = new Command(
            "outbox",
            "Texts to a simulated provider, beside SELECT … SKIP LOCKED + POST + UPDATE, and with a million waiting")
        {
            texts, rounds, waiting, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var figures = await OutboxBench.RunAsync(
                parsed.GetValue(texts), parsed.GetValue(rounds), parsed.GetValue(waiting), cancellationToken);
            await Console.Out.WriteLineAsync(figures.ToTable());
            await json.WriteAsync(parsed, figures, BenchJson.Default.OutboxFigures, cancellationToken);
            return figures.IsMet ? 0 : 1;
        });
        return command;
    }
}
