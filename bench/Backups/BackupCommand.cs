using System.CommandLine;

namespace RecoveryOS.Bench.Backups;

/// <summary><c>bench backups</c>: backup and restore beside the bare tools, pgBackRest and Barman.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var gigabytes = BenchOptions.Gigabytes(1);
        var rounds = BenchOptions.Rounds(3, "contestant");
        var json = BenchOptions.Json();
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
            await json.WriteAsync(parsed, figures, BenchJson.Default.BackupFigures, cancellationToken);
            return figures.IsMet ? 0 : 1;
        });
        return command;
    }
}
