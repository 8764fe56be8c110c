using System.CommandLine;
using System.Text.Json;
using RecoveryOS.Cli.Doctors;
using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Commands;

internal static class DoctorCommand
{
    public static Command Create()
    {
        var settings = new Option<string?>("--settings")
        {
            Description = "A file such as local.settings.json [default: the environment, else the local run that runs]",
            HelpName = "FILE",
        };
        var online = new Option<bool>("--online")
        {
            Description = "Ask Twilio and the public address too; that reads, and changes nothing",
        };
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON" };
        var command = new ExampleCommand(
            "doctor",
            "Look for what keeps texts from coming and going, and backups from being good, and say how to mend it. "
            + "Exit code 0: all is well, 1: something is wrong, 2: a check could not look.",
            "./recoveryos doctor",
            "./recoveryos doctor --online --json",
            "./recoveryos doctor --settings local.settings.json")
        {
            settings, online, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var examined = ExaminedSettings.Find(parsed.GetValue(settings), parsed.LocalRun());
            await using var examination = new Examination(examined.Values, parsed.GetValue(online));
            var findings = await Doctor.ExamineAsync(examination, cancellationToken);
            await Console.Out.WriteLineAsync(parsed.GetValue(json)
                ? JsonSerializer.Serialize(
                    new DoctorReport(examined.Source, Doctor.Worst(findings), findings), CliJson.Default.DoctorReport)
                : Text(examined.Source, findings));
            return Doctor.ExitCode(findings);
        });

        return command;
    }

    private static string Text(string source, IReadOnlyList<Finding> findings)
    {
        var width = findings.Max(finding => finding.Check.Length);
        return string.Join('\n',
        [
            $"Examined: {source}",
            .. findings.Select(finding =>
                $"{Word(finding.Verdict),-16}  {finding.Check.PadRight(width)}  {finding.Detail}"
                + (finding.Mend is null ? "" : $"\n{"",-16}  {"".PadRight(width)}  To mend: {finding.Mend}")),
        ]);
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Ok => "ok",
        Verdict.Problem => "problem",
        _ => "could not look",
    };
}
