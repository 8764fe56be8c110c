using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Cli.Doctors;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Cli.Wal;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Wal.Receiving;

namespace RecoveryOS.Cli.Commands;

internal static class WalCommand
{
    private const string Decisive = "Backups__Store__Url";

    public static Command Create() =>
        new("wal", "Write-ahead logs: what a restore to any moment needs besides a backup.")
        {
            Receive(), Status(), WalVerifyCommand.Create(),
        };

    private static ExampleCommand Receive()
    {
        var server = ServerOption();
        var once = new Option<bool>("--once") { Description = "End when all that is written by now is in the store" };
        var command = new ExampleCommand(
            "receive",
            "Receive the write-ahead logs of all servers in Backups:Targets and ship them to the store, until Ctrl-C. "
            + "It logs what happens, a JSON object a line. Exit code 1: not all that was received is in the store.",
            "./recoveryos wal receive",
            "./recoveryos wal receive --server main --once")
        {
            server, once,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = Services(parsed);
            var stations = services.GetRequiredService<WalStations>();
            var reception = new WalReception(stations, Chosen(stations, parsed.GetValue(server)));
            if (!parsed.GetValue(once))
                return await reception.RunAsync(cancellationToken) ? 0 : 1;

            await reception.RunOnceAsync(cancellationToken);
            return 0;
        });

        return command;
    }

    private static ExampleCommand Status()
    {
        var server = ServerOption();
        var json = new Option<bool>("--json") { Description = "Print it as JSON" };
        var command = new ExampleCommand(
            "status",
            "Show how the receivers do: what the servers wrote, what was received, what is in the store. "
            + "Exit code 0: all receive and ship, 1: one does not.",
            "./recoveryos wal status",
            "./recoveryos wal status --json")
        {
            server, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = Services(parsed);
            var servers = Chosen(services.GetRequiredService<WalStations>(), parsed.GetValue(server));
            var rows = (await services.GetRequiredService<WalReceivers>().ListAsync(cancellationToken))
                .ToDictionary(row => row.Server);
            var states = servers.Select(one => WalStatus.Of(one.Name, rows.GetValueOrDefault(one.Name))).ToList();
            var width = states.Max(state => state.Server.Length);
            await Console.Out.WriteLineAsync(parsed.GetValue(json)
                ? JsonSerializer.Serialize(states, CliJson.Default.ListWalStatus)
                : string.Join('\n', states.Select(state => state.Line(width))));
            return states.All(state => state is { State: "receiving", Failure: null }) ? 0 : 1;
        });

        return command;
    }

    private static Option<string?> ServerOption() => new("--server")
    {
        Description = "One of Backups:Targets, by its name [default: all]",
        HelpName = "NAME",
    };

    private static ServiceProvider Services(ParseResult parsed) =>
        OperatorServices.Create(ExaminedSettings.Find(null, parsed.LocalRun(), Decisive).Values);

    private static IReadOnlyList<TargetServer> Chosen(WalStations stations, string? name)
    {
        var chosen = name is null ? stations.Servers : [.. stations.Servers.Where(server => server.Name == name)];
        return chosen.Count > 0 ? chosen : throw new CliException(
            name is null
                ? "No server's WAL is received: Backups:Targets:…:ReceivesWal is false for all."
                : $"There is no server '{name}' in Backups:Targets whose WAL is received.");
    }
}
