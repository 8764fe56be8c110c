using System.CommandLine;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Cli.Commands;

internal static class MigrateCommand
{
    public static Command Create()
    {
        var database = DatabaseOption.Create("Database__Url, else the local run's database");
        var command = new ExampleCommand(
            "migrate",
            "Bring a database to this build's schema.",
            "./recoveryos migrate",
            "./recoveryos migrate --database-url postgres://recoveryos@db.example.org/recoveryos?sslmode=verify-full")
        {
            database,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var dataSource = parsed.DataSource(database);
            var applied = await new Migrator(dataSource).MigrateAsync(cancellationToken);
            foreach (var script in applied)
                await Console.Out.WriteLineAsync($"Applied {script}");
            if (applied.Count == 0)
                await Console.Out.WriteLineAsync("The schema is up to date.");
            return 0;
        });

        return command;
    }
}
