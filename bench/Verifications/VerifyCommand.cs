using System.CommandLine;

namespace RecoveryOS.Bench.Verifications;

/// <summary><c>bench verify</c>: what it costs to prove a backup, and what the proof is worth.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var gigabytes = BenchOptions.Gigabytes(0.3);
        var rounds = BenchOptions.Rounds(3, "measurement");
        var json = BenchOptions.Json();
        var command = new Command(
            "verify",
            "Restore tests and checks of WAL beside bare tools, pgBackRest and Barman, and what each of them catches")
        {
            gigabytes, rounds, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var figures = await VerifyBench.RunAsync(
                parsed.GetValue(gigabytes), parsed.GetValue(rounds), Console.Error.WriteLine, cancellationToken);
            await Console.Out.WriteLineAsync(figures.ToTable());
            await json.WriteAsync(parsed, figures, BenchJson.Default.VerifyFigures, cancellationToken);
            return figures.IsMet ? 0 : 1;
        });
        return command;
    }
}
