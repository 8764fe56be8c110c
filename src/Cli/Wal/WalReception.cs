using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Receiving;

namespace RecoveryOS.Cli.Wal;

/// <summary>Receives and ships the WAL of several servers.</summary>
internal sealed class WalReception(WalStations stations, IReadOnlyList<TargetServer> servers)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Until it is cancelled; one server's trouble is not another's.</summary>
    /// <returns>Whether all that was received is in the store.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken) =>
        (await Task.WhenAll(servers.Select(server => stations.Station(server).RunAsync(cancellationToken))))
            .All(done => done);

    /// <summary>Until everything that the servers have written by now is in the store.</summary>
    /// <exception cref="CliException">It could not be received or shipped; the message says why.</exception>
    public async Task RunOnceAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(servers.Select(server => CatchUpAsync(server, cancellationToken)));

    private async Task CatchUpAsync(TargetServer server, CancellationToken cancellationToken)
    {
        var end = await WrittenAsync(server, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var station = stations.Station(server);
        var running = station.RunAsync(stop.Token);
        while (!(station.Report.Received >= end))
        {
            if (running.IsCompleted)
                await running;
            cancellationToken.ThrowIfCancellationRequested();
            if (station.Report is { State: ReceiverState.Down, Failure: not ReceiverReport.Starting } failure)
            {
                await stop.CancelAsync();
                await running;
                throw new CliException($"{failure.Detail}");
            }

            await Task.Delay(LookInterval, cancellationToken);
        }

        await stop.CancelAsync();
        if (!await running)
            throw new CliException(
                $"The WAL of {server.Name} was received, and the store did not take it; it is kept here.");
        await Console.Out.WriteLineAsync($"{server.Name}: all WAL up to {end} is in the store.");
    }

    private static async Task<Lsn> WrittenAsync(TargetServer server, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync(null, cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT (CASE WHEN pg_is_in_recovery()
                THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END)::text
            """;
        return Lsn.Parse(await command.ExecuteScalarAsync(cancellationToken) as string ?? "");
    }
}
