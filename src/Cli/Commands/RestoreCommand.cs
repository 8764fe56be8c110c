using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using RecoveryOS.Cli.Backups;
using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Backups.Restores.Dumps;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Cli.Commands;

internal static class RestoreCommand
{
    private static readonly Option<string?> Server = new("--server")
    {
        Description = "Which of Backups:Targets [default: the first]",
        HelpName = "NAME",
    };

    private static readonly Option<string?> ToTime = new("--to-time")
    {
        Description = "Everything that was committed until then, such as 2026-01-31T13:05:00Z",
        HelpName = "TIME",
    };

    private static readonly Option<string?> ToLsn = new("--to-lsn")
    {
        Description = "Up to a position in the WAL, such as 16/B374D848",
        HelpName = "LSN",
    };

    private static readonly Option<string?> ToName = new("--to-name")
    {
        Description = "Up to a point that was named with pg_create_restore_point",
        HelpName = "NAME",
    };

    private static readonly Option<bool> Newest =
        new("--newest") { Description = "As far as there is WAL [the default]" };

    private static readonly Option<string?> Target = new("--target")
    {
        Description = "The data folder that is made: empty, or not there",
        HelpName = "DIR",
    };

    private static readonly Option<string[]> Tablespaces = new("--tablespace")
    {
        Description = "Where a tablespace goes, NAME=DIR; once for each [default: beside the data folder]",
        HelpName = "NAME=DIR",
    };

    private static readonly Option<bool> Start = new("--start")
    {
        Description = "Start it, apart from any network, and prove that the target was reached",
    };

    private static readonly Option<bool> NoVerify = new("--no-verify")
    {
        Description = "Don't compare every file with the base's manifest while it is unpacked",
    };

    private static readonly Option<string?> Database = new("--database")
    {
        Description = "Restore the newest dump of this database instead of a whole server",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Into = new("--into")
    {
        Description = "The database that the dump becomes [default: the name that it had]",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Overwrite = new("--overwrite")
    {
        Description = "Its name again, when it is there, holds something, and may be lost",
        HelpName = "NAME",
    };

    private static readonly Option<bool> Globals =
        new("--globals") { Description = "Make the roles and tablespaces first" };

    private static readonly Option<bool> NoOwner =
        new("--no-owner") { Description = "Everything belongs to who restores" };

    private static readonly Option<int> Jobs = new("--jobs")
    {
        Description = "Restore so many of the dump's tables at once, from a staged file",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<string?> DatabaseUrl = new("--database-url")
    {
        Description = "The server that the dump is restored on [default: the one that it is of]",
        HelpName = "URL",
    };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Don't ask" };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Print the plan, and do nothing" };

    private static readonly Option<bool> Json = new("--json") { Description = "Print what was done as JSON" };

    public static Command Create()
    {
        var command = new ExampleCommand(
            "restore",
            "Bring a server back to a point in time, into a folder of its own; or a database, from its newest dump. "
            + "Exit code 0: done, and with --start proved, 1: not done, 130: interrupted.",
            "./recoveryos restore --newest --target /var/lib/postgresql/restored --start",
            "./recoveryos restore --to-time 2026-01-31T13:05:00Z --target ./restored --dry-run",
            "./recoveryos restore --database recoveryos --into recoveryos_yesterday")
        {
            Server, ToTime, ToLsn, ToName, Newest, Target, Tablespaces, Start, NoVerify, Database, Into, Overwrite,
            Globals, NoOwner, Jobs, DatabaseUrl, Yes, DryRun, Json,
        };
        command.Validators.Add(Validate);
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(Database) is { } database
            ? DumpRestoring.RunAsync(
                parsed.LocalRun(),
                new DumpChoice(
                    parsed.GetValue(Server), database, parsed.GetValue(DatabaseUrl), Ask(parsed), parsed.GetValue(Json),
                    new DumpRestoreOptions
                    {
                        Into = parsed.GetValue(Into),
                        Overwrites = parsed.GetValue(Overwrite),
                        WithGlobals = parsed.GetValue(Globals),
                        WithoutOwners = parsed.GetValue(NoOwner),
                        Jobs = parsed.GetValue(Jobs),
                    }),
                cancellationToken)
            : ServerRestoring.RunAsync(
                parsed.LocalRun(),
                new ServerChoice(
                    parsed.GetValue(Server), Point(parsed), parsed.GetValue(Target), parsed.GetValue(Start),
                    Ask(parsed), parsed.GetValue(Json),
                    new PhysicalRestoreOptions
                    {
                        Check = parsed.GetValue(NoVerify) ? FileCheck.None : FileCheck.WhileUnpacking,
                        Tablespaces = Map(parsed),
                    }),
                cancellationToken));
        return command;
    }

    private static void Validate(CommandResult result)
    {
        Option[] points = [ToTime, ToLsn, ToName, Newest];
        if (points.Count(option => result.GetResult(option) is { Implicit: false }) > 1)
            result.AddError("Name one of --to-time, --to-lsn, --to-name and --newest.");
        if (result.GetValue(Database) is not null
            && points.Append(Target).Any(option => result.GetResult(option) is { Implicit: false }))
        {
            result.AddError("A dump has one moment only: --database goes without --target and without a point.");
        }
        if (result.GetValue(ToTime) is { } time && !TryTime(time, out _))
            result.AddError("--to-time is a time with its zone, such as 2026-01-31T13:05:00Z.");
        if (result.GetValue(ToLsn) is { } lsn && !Lsn.TryParse(lsn, out _))
            result.AddError("--to-lsn is a position such as 16/B374D848.");
        if (result.GetValue(Tablespaces) is { } tablespaces
            && tablespaces.Any(pair => pair.IndexOf('=', StringComparison.Ordinal) < 1))
        {
            result.AddError("--tablespace is NAME=DIR.");
        }
        if (result.GetResult(Jobs) is { Implicit: false } && result.GetValue(Jobs) is not (>= 1 and <= 64))
            result.AddError("--jobs is 1 to 64.");
    }

    private static RestoreTarget Point(ParseResult parsed) => parsed switch
    {
        _ when parsed.GetValue(ToTime) is { } text && TryTime(text, out var time) => RestoreTarget.ToTime(time),
        _ when parsed.GetValue(ToLsn) is { } lsn => RestoreTarget.ToLsn(Lsn.Parse(lsn)),
        _ when parsed.GetValue(ToName) is { } name => RestoreTarget.ToName(name),
        _ => RestoreTarget.Newest,
    };

    /// <summary>Without a zone, a time means two things on two machines.</summary>
    private static bool TryTime(string text, out DateTimeOffset time)
    {
        time = default;
        var hasZone = text.EndsWith('Z')
            || text.LastIndexOfAny(['+', '-']) > text.IndexOf(':', StringComparison.Ordinal);
        return hasZone && text.Contains(':', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    private static Dictionary<string, string>? Map(ParseResult parsed) => parsed.GetValue(Tablespaces)?
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair[1]);

    private static Consent Ask(ParseResult parsed) => parsed.GetValue(DryRun) ? Consent.DryRun
        : parsed.GetValue(Yes) ? Consent.Given
        : Consent.Asked;
}
