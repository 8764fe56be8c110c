using System.CommandLine;
using System.Text.Json;

namespace RecoveryOS.Bench.Verifications;

/// <summary><c>bench verify</c>: what it costs to prove a backup, and what the proof is worth.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var gigabytes = new Option<double>("--gigabytes") { Description = "Size of the data", DefaultValueFactory = _ => 0.3 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of each measurement", DefaultValueFactory = _ => 3 };
        var json = new Option<FileInfo?>("--json") { Description = "Also write the figures to this file" };
        var command = new Command(
            "verify", "Restore tests and checks of WAL beside bare tools, pgBackRest and Barman, and what each of them catches")
        {
            gigabytes, rounds, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var figures = await VerifyBench.RunAsync(
                parsed.GetValue(gigabytes), parsed.GetValue(rounds), Console.Error.WriteLine, cancellationToken);
            await Console.Out.WriteLineAsync(figures.ToTable());
            if (parsed.GetValue(json) is { } file)
            {
                await File.WriteAllTextAsync(
                    file.FullName, JsonSerializer.Serialize(figures, BenchJson.Default.VerifyFigures), cancellationToken);
            }

            return figures.IsMet ? 0 : 1;
        });
        return command;
    }
}
