using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Cli.Backups;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.SelfTests;

namespace RecoveryOS.Cli.Commands;

/// <summary>Tests the tester.</summary>
internal static class SelfTestCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the result as JSON" };
        var command = new ExampleCommand(
            "self-test",
            "Damage copies of a small backup in every way that is known, and demand that each is noticed. "
            + "Exit code 0: all were, 1: one was not, or a sound copy was not believed.",
            "./recoveryos restore-test self-test")
        {
            json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = BackupCommandServices.Of(parsed.LocalRun());
            var isJson = parsed.GetValue(json);
            var report = await services.GetRequiredService<SelfTestVerifier>()
                .RunAsync(isJson ? null : new CaseLines(), cancellationToken);
            await Console.Out.WriteLineAsync(isJson ? DrillJson.Of(report)
                : report.IsPassed ? $"All {report.Cases.Count} copies were judged right."
                : $"The verifier can't be believed: {string.Join(", ", report.Missed)}.");
            return report.IsPassed ? 0 : 1;
        });

        return command;
    }

    private sealed class CaseLines : IProgress<SelfTestCase>
    {
        public void Report(SelfTestCase value) => Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(value.IsRight ? "ok   " : "WRONG")}  {value.Name,-34} {value.Seconds,5:0.0} s  {value.Detail}"));
    }
}
