using System.CommandLine;
using System.Text.Json;

namespace RecoveryOS.Bench.Backups;

/// <summary><c>bench backups</c>: backup and restore beside the bare tools, pgBackRest and Barman.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var gigabytes = new Option<double>("--gigabytes") { Description = "Size of the data", DefaultValueFactory = _ => 1 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of each contestant", DefaultValueFactory = _ => 3 };
        var json = new Option<FileInfo?>("--json") { Description = "Also write the figures to this file" };
        var command = new Command(
            "backups", "Backup and restore beside the same tools by hand, pgBackRest and Barman, on the same data")
        {
            gigabytes, rounds, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var figures = await BackupBench.RunAsync(
                parsed.GetValue(gigabytes), parsed.GetValue(rounds), Console.Error.WriteLine, cancellationToken);
            await Console.Out.WriteLineAsync(figures.ToTable());
            if (parsed.GetValue(json) is { } file)
            {
                await File.WriteAllTextAsync(
                    file.FullName, JsonSerializer.Serialize(figures, BenchJson.Default.BackupFigures), cancellationToken);
            }

            return figures.IsMet ? 0 : 1;
        });
        return command;
    }
}
