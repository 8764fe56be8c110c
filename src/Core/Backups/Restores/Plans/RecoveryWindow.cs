using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Restores.Plans;

/// <summary>What of a server can be restored, by what lies in the store.</summary>
public sealed record RecoveryWindow
{
    public required string Server { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Null: nothing can be restored.</summary>
    public DateTimeOffset? Earliest { get; init; }

    /// <summary>The last commit that is known to be reachable; null: nothing can be restored.</summary>
    public DateTimeOffset? Latest { get; init; }

    /// <summary>The stretches that can be restored, oldest first; between them nothing can.</summary>
    public required IReadOnlyList<WindowSpan> Spans { get; init; }

    /// <summary>What was lost between the spans, and why; what retention removed is none.</summary>
    public required IReadOnlyList<WindowHole> Holes { get; init; }

    /// <summary>
    /// How long a restore to <see cref="Latest"/> would take, in seconds; null: nothing can be restored.
    /// </summary>
    public double? PredictedRtoSeconds { get; init; }

    /// <summary>What the prediction rests on, in words.</summary>
    public string? Prediction { get; init; }

    /// <summary>The latest moment that a passed restore test brought back.</summary>
    public DateTimeOffset? LastProven { get; init; }
}

/// <summary>A stretch of time that one base and the WAL after it can restore.</summary>
/// <param name="BackupId">The base that serves it.</param>
/// <param name="FromLsn">The base's stop.</param>
/// <param name="ToLsn">The start of the last valid record after it.</param>
public sealed record WindowSpan(
    Guid BackupId, uint Timeline, DateTimeOffset From, DateTimeOffset To, Lsn FromLsn, Lsn ToLsn);

/// <param name="Reason">In words, with the LSN or segment.</param>
public sealed record WindowHole(DateTimeOffset From, DateTimeOffset To, string Reason);
