using System.CommandLine;
using RecoveryOS.Cli.Demos;

namespace RecoveryOS.Cli.Commands;

internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand(
            "demo",
            "Enrol made-up members in a running service, send four weeks of check-ins for each, and show risk and alerts.",
            "./recoveryos demo",
            "./recoveryos demo --data /tmp/trial");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = DemoApi.Connect(parsed.LocalRun());
            await Demo.RunAsync(api, Console.Out, cancellationToken);
            return 0;
        });

        return command;
    }
}
