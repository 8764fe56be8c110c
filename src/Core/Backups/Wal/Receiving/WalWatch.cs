using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Telemetry;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>
/// Looks after the receivers from outside: one that is silent, or whose slot nobody uses, is down whatever its row
/// says. What a dead one left in a folder that we share is shipped, and writes that lie only in an open segment are
/// brought on.
/// </summary>
public sealed partial class WalWatch(
    WalStations stations, WalReceivers receivers, BackupMetrics metrics, TimeProvider time, ILogger<WalWatch> logger)
{
    /// <summary>A receiver says how it does every two seconds.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan UnshippedLimit = TimeSpan.FromMinutes(1);

    /// <summary>Looks at every server; what fails with one does not keep it from the others.</summary>
    /// <exception cref="AggregateException">
    /// What failed, alone where it is one, other than a server that does not answer.
    /// </exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var rows = (await receivers.ListAsync(cancellationToken)).ToDictionary(row => row.Server);
        List<Exception> failures = [];
        foreach (var server in stations.Servers)
        {
            try
            {
                await LookAsync(server, rows.GetValueOrDefault(server.Name), cancellationToken);
            }
            catch (Exception exception) when (ShipFailure.Of(exception) is not null)
            {
                failures.Add(exception);
            }
        }

        if (failures is [var one])
            ExceptionDispatchInfo.Throw(one);
        if (failures.Count > 0)
            throw new AggregateException(failures);
    }

    private async Task LookAsync(TargetServer server, WalReceiverRow? row, CancellationToken cancellationToken)
    {
        var progress = await ProgressAsync(server, cancellationToken);
        if (progress is { SlotStatus: { } status })
            metrics.SlotSeen(server.Name, status, progress.SafeBytes);
        var isSilent = row is null || row.Silence > SilenceLimit;
        if (progress is { IsLost: true })
        {
            await receivers.MarkAsync(
                server.Name,
                new(
                    ReceiverState.SlotLost,
                    "slot_lost",
                    $"{server.Name} threw away WAL that was not received.",
                    progress.Written),
                isSilent ? SilenceLimit : TimeSpan.Zero,
                cancellationToken);
        }
        else if (isSilent)
        {
            await receivers.MarkAsync(server.Name, Silent(server, row, progress), SilenceLimit, cancellationToken);
        }
        else if (progress is { ActiveProcess: null } && row is { State: ReceiverState.Receiving })
        {
            await receivers.MarkAsync(
                server.Name,
                new(ReceiverState.Down, "slot_unused", $"Nobody reads {server.Name}'s slot for WAL.", progress.Written),
                TimeSpan.Zero,
                cancellationToken);
        }

        if (isSilent)
            await ShipLeftAsync(server, cancellationToken);
        else if (row is not null && IsHeldUp(row))
            await SwitchAsync(server, cancellationToken);
    }

    private static ReceiverReport Silent(TargetServer server, WalReceiverRow? row, SourceProgress? progress) => new(
        ReceiverState.Down,
        "silent",
        row is null
            ? $"No WAL receiver ever ran for {server.Name}: start one with recoveryos wal receive."
            : $"The WAL receiver of {server.Name} has said nothing since {row.SeenAt:yyyy-MM-dd HH:mm:ss}Z.",
        progress?.Written);

    /// <summary>Null while it does not answer.</summary>
    private async Task<SourceProgress?> ProgressAsync(TargetServer server, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await server.OpenAsync(null, cancellationToken);
            return await new WalSource(connection, SlotName.Of(server.Name)).ReadProgressAsync(cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            Unanswered(logger, server.Name, exception);
            return null;
        }
    }

    private async Task ShipLeftAsync(TargetServer server, CancellationToken cancellationToken)
    {
        var spool = stations.Spool(server.Name);
        if (!Directory.Exists(spool.Folder))
            return;

        await using var held = spool.TryLock();
        if (held is null)
            return;

        var shipper = stations.Shipper(spool);
        await shipper.ShipAsync(isEnd: true, cancellationToken);
        if (shipper.Shipped is { } shipped)
        {
            LeftShipped(logger, server.Name, shipped);
            await receivers.MarkShippedAsync(server.Name, shipped, cancellationToken);
        }
    }

    /// <summary>It was received, and for a minute neither whole nor in part came to the store.</summary>
    private bool IsHeldUp(WalReceiverRow row) =>
        row is { State: ReceiverState.Receiving, Failure: null }
        && row.Written is { } written
        && !(row.Shipped >= written)
        && !(row.ShippedAt is { } shippedAt && time.GetUtcNow() - shippedAt < UnshippedLimit)
        && time.GetUtcNow() - row.StateAt >= UnshippedLimit;

    private async Task SwitchAsync(TargetServer server, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await server.OpenAsync(null, cancellationToken);
            await using var command = new NpgsqlCommand(
                "SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_switch_wal() END", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            Switched(logger, server.Name);
        }
        catch (NpgsqlException exception)
        {
            Unanswered(logger, server.Name, exception);
        }
    }

    [LoggerMessage(EventName = "wal_server_unanswered", Level = LogLevel.Warning, Message = "{server}")]
    private static partial void Unanswered(ILogger logger, string server, Exception exception);

    [LoggerMessage(EventName = "wal_left_shipped", Level = LogLevel.Warning, Message = "{server} {shipped}")]
    private static partial void LeftShipped(ILogger logger, string server, Lsn shipped);

    [LoggerMessage(EventName = "wal_switched", Level = LogLevel.Information, Message = "{server}")]
    private static partial void Switched(ILogger logger, string server);
}
