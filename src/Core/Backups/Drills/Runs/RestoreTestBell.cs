namespace RecoveryOS.Core.Backups.Drills.Runs;

/// <summary>
/// Rung when a test was asked for, so that it need not wait for the timer. A ring that is lost with the process is no
/// test lost: whoever listens looks by itself too.
/// </summary>
public sealed class RestoreTestBell : IDisposable
{
    private readonly SemaphoreSlim rung = new(0, 1);

    public void Ring()
    {
        lock (rung)
        {
            if (rung.CurrentCount == 0)
                rung.Release();
        }
    }

    /// <summary>Waits for a ring, or until <paramref name="patience"/> is over.</summary>
    public Task WaitAsync(TimeSpan patience, CancellationToken cancellationToken) =>
        rung.WaitAsync(patience, cancellationToken);

    public void Dispose() => rung.Dispose();
}
