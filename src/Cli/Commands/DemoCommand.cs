using System.CommandLine;
using RecoveryOS.Cli.Demos;
using RecoveryOS.Cli.Texts;

namespace RecoveryOS.Cli.Commands;

internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand(
            "demo",
            "Enrol made-up members in a running service, check in for four weeks, text with one, "
            + "and show risk and alerts.",
            "./recoveryos demo",
            "./recoveryos demo --data /tmp/trial");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = DemoApi.Connect(parsed.LocalRun());
            using var twilio = TwilioWebhook.Connect(parsed.LocalRun());
            await Demo.RunAsync(api, twilio, Console.Out, cancellationToken);
            return 0;
        });

        return command;
    }
}
