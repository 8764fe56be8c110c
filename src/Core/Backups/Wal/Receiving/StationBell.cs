using System.Threading.Channels;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>Wakes the shipper when a stream ended.</summary>
public sealed class StationBell
{
    private readonly Channel<bool> rings =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => rings.Writer.TryWrite(true);

    /// <returns>Whether it rang; false after the time, or when cancelled.</returns>
    public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = time.CreateTimer(_ => end.Cancel(), null, limit, Timeout.InfiniteTimeSpan);
        try
        {
            return await rings.Reader.ReadAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
