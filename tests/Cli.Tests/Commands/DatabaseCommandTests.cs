using RecoveryOS.Testing;

namespace RecoveryOS.Cli.Tests.Commands;

public sealed class DatabaseCommandTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Migrate_names_the_scripts_once_and_then_an_account_can_be_made()
    {
        var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        Dictionary<string, string> environment = new() { ["Database__Url"] = database };

        var first = await CliProcess.RunAsync("migrate", "--database-url", database);
        var second = await CliProcess.RunAsync(environment, "migrate");
        var account = await CliProcess.RunAsync(environment, "account", "create", "Riverside clinic");

        Assert.Matches(@"^(Applied \d{4}_\w+(\.sql)?\n)+$", first.Output);
        Assert.Equal("The schema is up to date.\n", second.Output);
        Assert.True(Guid.TryParse(account.Output.TrimEnd('\n'), out _), account.Output + account.Error);
    }
}
