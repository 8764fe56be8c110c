namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>How a receiver does; in the database in snake_case.</summary>
public enum ReceiverState
{
    /// <summary>WAL comes, or the server has written none.</summary>
    Receiving,

    /// <summary>The server writes, and nothing comes although the receiver runs.</summary>
    Stalled,

    /// <summary>No receiver runs: the server does not answer, refuses, or the receiver fell silent.</summary>
    Down,

    /// <summary>
    /// The server threw away WAL that was not received: a new chain starts, and a base backup is due.
    /// </summary>
    SlotLost,
}

/// <summary>What a receiver says of itself.</summary>
/// <param name="Failure">
/// A short word, such as <c>server_unreachable</c>, <c>disk_full</c>, <c>store_unavailable</c>; null: all is well.
/// </param>
/// <param name="Detail">A sentence for operators; null: there is nothing to say.</param>
/// <param name="Written">How far the server has flushed its WAL.</param>
/// <param name="Received">How far it is here, flushed.</param>
public sealed record ReceiverReport(
    ReceiverState State, string? Failure, string? Detail, Lsn? Written = null, Lsn? Received = null)
{
    /// <summary>The failure of one that is down because it has only just begun.</summary>
    public const string Starting = "starting";
}
