namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>
/// Rung after a commit that put something urgent into the outbox, so that it need not wait for the timer. A ring that
/// is lost with the process is no text lost: the timer finds it.
/// </summary>
public sealed class OutboxBell : IDisposable
{
    private readonly SemaphoreSlim rung = new(0, 1);

    public void Ring()
    {
        lock (rung)
        {
            if (rung.CurrentCount == 0)
            {
                rung.Release();
            }
        }
    }

    /// <summary>Waits for the next ring; those during the answer to an earlier one are one.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => rung.WaitAsync(cancellationToken);

    public void Dispose() => rung.Dispose();
}
