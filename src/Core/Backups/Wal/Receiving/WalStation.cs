using Microsoft.Extensions.Logging;
using Npgsql;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>
/// One server's receiver and shipper, side by side, and their word for the database. Neither waits for the database,
/// and receiving does not wait for the store.
/// </summary>
public sealed partial class WalStation(
    string server, WalSpool spool, WalReceiver receiver, WalShipper shipper, StationBell bell, WalReceivers receivers,
    TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LockInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShipInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestShipPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(2);

    /// <summary>How long a stop waits for the store to take what is left; it is still here afterwards.</summary>
    private static readonly TimeSpan FinalLimit = TimeSpan.FromSeconds(30);

    private volatile ShipFailure? shipFailure;
    private bool isUnrecorded;

    /// <summary>The receiver's word, or, while it receives, what keeps the shipper from shipping.</summary>
    public ReceiverReport Report =>
        receiver.Report is { State: ReceiverState.Receiving } report && shipFailure is { } failure
        ? report with { Failure = failure.Code, Detail = failure.Detail }
        : receiver.Report;

    /// <summary>How far the store has it, of what was shipped here.</summary>
    public Lsn? Shipped => shipper.Shipped;

    /// <summary>Receives and ships until it is cancelled; then ships what came, and returns.</summary>
    /// <returns>Whether all that was received is in the store.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await using var held = await LockAsync(cancellationToken);
        if (held is null)
            return true;

        using var shippingStop = new CancellationTokenSource();
        var shipping = ShipUntilAsync(shippingStop.Token);
        var reporting = ReportUntilAsync(shippingStop.Token);
        try
        {
            await receiver.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A stop was asked for.
        }
        finally
        {
            await shippingStop.CancelAsync();
            await shipping;
            await reporting;
        }

        return await ShipTheRestAsync();
    }

    private async Task<FileStream?> LockAsync(CancellationToken cancellationToken)
    {
        var isSaid = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            if (spool.TryLock() is { } held)
                return held;
            if (!isSaid)
                Waiting(logger, server, spool.Folder);
            isSaid = true;
            await Task.Delay(LockInterval, time, cancellationToken).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    private async Task ShipUntilAsync(CancellationToken cancellationToken)
    {
        var pause = ShipInterval;
        while (!cancellationToken.IsCancellationRequested)
        {
            var isEnd = await bell.WaitAsync(pause, time, cancellationToken);
            if (cancellationToken.IsCancellationRequested)
                return;
            if (await TryShipAsync(isEnd, cancellationToken))
            {
                pause = ShipInterval;
            }
            else
            {
                pause = pause * 2 < LongestShipPause ? pause * 2 : LongestShipPause;
                // The end of a stream stays to be shipped.
                if (isEnd)
                    bell.Ring();
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<bool> TryShipAsync(bool isEnd, CancellationToken cancellationToken)
    {
        try
        {
            await shipper.ShipAsync(isEnd, cancellationToken);
            Note(null, null);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception exception) when (ShipFailure.Of(exception) is { } failure)
        {
            Note(failure, exception);
            return false;
        }
    }

    private void Note(ShipFailure? failure, Exception? exception)
    {
        if (failure?.Code != shipFailure?.Code)
        {
            if (failure is null)
                ShipsAgain(logger, server);
            else
                ShipFailed(logger, server, failure.Code, failure.Detail, exception);
        }

        shipFailure = failure;
    }

    private async Task<bool> ShipTheRestAsync()
    {
        using var limit = new CancellationTokenSource(FinalLimit, time);
        var isDone = await TryShipAsync(isEnd: true, limit.Token);
        await TryReportAsync(
            receiver.Report with
            {
                State = ReceiverState.Down,
                Failure = "stopped",
                Detail = "The receiver was stopped.",
            },
            limit.Token);
        return isDone;
    }

    private async Task ReportUntilAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await TryReportAsync(Report, cancellationToken);
            await Task.Delay(ReportInterval, time, cancellationToken).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The row is for people and timers; receiving and shipping go on without it.</summary>
    private async Task TryReportAsync(ReceiverReport report, CancellationToken cancellationToken)
    {
        // Another receiver has the slot, and says how it does.
        if (report.Failure is "slot_in_use")
            return;

        try
        {
            await receivers.ReportAsync(server, report, shipper.Shipped, shipper.ShippedAt, cancellationToken);
            isUnrecorded = false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody waits for it.
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            if (!isUnrecorded)
                Unrecorded(logger, server, exception);
            isUnrecorded = true;
        }
    }

    [LoggerMessage(
        EventName = "wal_waits", Level = LogLevel.Warning, Message = "{server}: another process works in {folder}")]
    private static partial void Waiting(ILogger logger, string server, string folder);

    [LoggerMessage(EventName = "wal_not_shipped", Level = LogLevel.Error, Message = "{server} {failure}: {detail}")]
    private static partial void ShipFailed(
        ILogger logger, string server, string failure, string detail, Exception? exception);

    [LoggerMessage(EventName = "wal_ships_again", Level = LogLevel.Information, Message = "{server}")]
    private static partial void ShipsAgain(ILogger logger, string server);

    [LoggerMessage(
        EventName = "wal_state_unrecorded",
        Level = LogLevel.Warning,
        Message = "{server}: the service's database does not take the receiver's state; receiving goes on")]
    private static partial void Unrecorded(ILogger logger, string server, Exception exception);
}
