using System.CommandLine;
using System.CommandLine.Help;

namespace RecoveryOS.Cli.Commands;

/// <summary>The root: every command of the operator, a line each.</summary>
internal static class RecoveryOsCommand
{
    public static Command Create()
    {
        var help = new HelpOption();
        if (help.Action is HelpAction action)
            help.Action = new HelpWithExamples(action);

        return new Command("recoveryos", "Check-ins for people in recovery, and backups that prove themselves.")
        {
            help,
            new VersionOption(),
            DataOption.Instance,
            RunCommand.Create(),
            MigrateCommand.Create(),
            AccountCommand.Create(),
            TokenCommand.Create(),
            SmsCommand.Create(),
            DemoCommand.Create(),
            RestoreCommand.Create(),
            WindowCommand.Create(),
            BackupCommand.Create(),
            DumpCommand.Create(),
            DoctorCommand.Create(),
            RestoreTestCommand.Create(),
            WalCommand.Create(),
            BackupsCommand.Create(),
        };
    }
}
