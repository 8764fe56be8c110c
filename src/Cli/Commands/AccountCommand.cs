using System.CommandLine;
using RecoveryOS.Core.Accounts;

namespace RecoveryOS.Cli.Commands;

internal static class AccountCommand
{
    public static Command Create() =>
        new("account", "Manage accounts: the organisations whose clinicians care for members.")
        {
            CreateCreate(),
        };

    private static ExampleCommand CreateCreate()
    {
        var name = new Argument<string>("NAME") { Description = "What people call it, such as \"Riverside clinic\"" };
        var database = DatabaseOption.Create("Database__Url, else the local run's database");
        var command = new ExampleCommand(
            "create", "Create an account and print its id.", "./recoveryos account create \"Riverside clinic\"")
        {
            name,
            database,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var dataSource = parsed.DataSource(database);
            var id = await new AccountBook(dataSource).CreateAsync(parsed.GetRequiredValue(name), cancellationToken);
            await Console.Out.WriteLineAsync(id.ToString());
            return 0;
        });

        return command;
    }
}
