using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Cli.Backups;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Verifications;

namespace RecoveryOS.Cli.Commands;

/// <summary>Verifies archived WAL without a restore.</summary>
internal static class WalVerifyCommand
{
    public static Command Create()
    {
        var server = new Option<string?>("--server")
        {
            Description = "Which server's [default: the only one]",
            HelpName = "NAME",
        };
        var all = new Option<bool>("--all") { Description = "Read what was verified before too" };
        var json = new Option<bool>("--json") { Description = "Print the result as JSON" };
        var command = new ExampleCommand(
            "verify",
            "Verify archived WAL without a restore: what is new since the last time. "
            + "Exit code 0: the chain is whole, 1: it is damaged, 2: it could not be read.",
            "./recoveryos wal verify",
            "./recoveryos wal verify --all --json")
        {
            server, all, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = BackupCommandServices.Of(parsed.LocalRun());
            var name = RestoreTestCommand.Server(services.GetRequiredService<BackupTargets>(), parsed.GetValue(server));
            var finding = await services.GetRequiredService<WalVerification>()
                .RunAsync(name, parsed.GetValue(all), cancellationToken);
            await Console.Out.WriteLineAsync(parsed.GetValue(json)
                ? DrillJson.Of(finding)
                : string.Join(Environment.NewLine, Lines(finding)));
            return finding.Verdict switch { Verdict.Passed => 0, Verdict.Failed => 1, _ => 2 };
        });

        return command;
    }

    private static IEnumerable<string> Lines(WalFinding finding)
    {
        foreach (var damage in finding.Damages)
            yield return $"WRONG  {damage}";
        yield return finding.From is { } from
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{finding.Server}: WAL from {from} to {finding.End}, "
                + $"{finding.SegmentsRead} segments read in {finding.Seconds:0.0} s.")
            : finding.Damages.Count > 0 ? $"{finding.Server}: the WAL could not be verified."
            : $"{finding.Server}: there is no base backup whose WAL could be verified.";
    }
}
