namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>Tells a receiver that has nothing to receive from one that does not move while the server writes.</summary>
internal sealed class StallClock(TimeProvider time)
{
    private long movedAt = time.GetTimestamp();
    private Lsn? last;

    /// <summary>How long it has not moved; zero while it has everything.</summary>
    /// <param name="written">The server's flushed end; null: the server did not say.</param>
    /// <param name="received">What the server knows to be here; null: nobody is connected.</param>
    public TimeSpan Look(Lsn? written, Lsn? received)
    {
        var hasAll = written is not null && received is not null && received >= written;
        if (hasAll || (received is not null && received != last))
            movedAt = time.GetTimestamp();
        last = received ?? last;
        return time.GetElapsedTime(movedAt);
    }
}
