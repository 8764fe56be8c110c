using System.Globalization;
using RecoveryOS.Core.Backups.Wal.Receiving;

namespace RecoveryOS.Cli.Doctors;

/// <summary>Whether each server's WAL is received and shipped, as its receiver says.</summary>
internal static class WalReceiverCheck
{
    private static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StartPoll = TimeSpan.FromMilliseconds(200);

    public static async Task<IReadOnlyList<Finding>> LookAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var rows = (await StartedAsync(examination, cancellationToken)).ToDictionary(row => row.Server);
        return await BackupChecks.OfServersAsync(examination, "wal-receivers", "All receive and ship.", server =>
        {
            var row = rows.GetValueOrDefault(server.Name);
            var wrong = !server.Target.ReceivesWal ? null
                : row is null ? $"No receiver has ever run for {server.Name}"
                : row.Silence > MostSilence
                    ? string.Create(CultureInfo.InvariantCulture,
                        $"The receiver of {server.Name} has said nothing for {row.Silence.TotalSeconds:0} s")
                : row.State is not ReceiverState.Receiving || row.Failure is not null
                    ? $"The receiver of {server.Name} is {WalReceivers.Word(row.State)} "
                        + $"({row.Failure ?? "no reason given"})"
                : null;
            return Task.FromResult<IEnumerable<Finding>>(wrong is null ? [] :
            [
                Finding.Problem("wal-receivers", $"{wrong}: what is committed now is lost with the server.",
                    "Keep ./recoveryos wal receive running; its log and ./recoveryos wal status say more."),
            ]);
        });
    }

    /// <summary>A receiver that has only just been started gets the time to begin.</summary>
    private static async Task<IReadOnlyList<WalReceiverRow>> StartedAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var receivers = examination.Service<WalReceivers>();
        var began = TimeProvider.System.GetTimestamp();
        var rows = await receivers.ListAsync(cancellationToken);
        while (rows.Any(row => row.Failure is ReceiverReport.Starting)
            && TimeProvider.System.GetElapsedTime(began) < StartLimit)
        {
            await Task.Delay(StartPoll, cancellationToken);
            rows = await receivers.ListAsync(cancellationToken);
        }

        return rows;
    }
}
