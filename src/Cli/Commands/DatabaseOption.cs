using System.CommandLine;
using Npgsql;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Cli.Commands;

/// <summary>Which database a command works on.</summary>
internal static class DatabaseOption
{
    private const string Variable = "Database__Url";

    public static Option<string> Create(string otherwise) => new("--database-url")
    {
        Description = $"postgres://user:password@host:port/database, or key=value pairs [default: {otherwise}]",
        HelpName = "URL",
    };

    /// <summary>The option's, else Database__Url's, else the local run's.</summary>
    public static NpgsqlDataSource DataSource(this ParseResult parsed, Option<string> option) => Open(
        parsed.GetValue(option)
        ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } url ? url : null)
        ?? parsed.LocalRun().RunningDatabase());

    public static NpgsqlDataSource Open(string url)
    {
        try
        {
            return NpgsqlDataSource.Create(DatabaseUrl.Parse(url).ConnectionString);
        }
        catch (FormatException exception)
        {
            throw new CliException($"The database's address {exception.Message}.");
        }
    }
}
