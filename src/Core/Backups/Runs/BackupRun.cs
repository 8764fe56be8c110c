namespace RecoveryOS.Core.Backups.Runs;

/// <summary>A run of a job, as operators are shown it.</summary>
/// <param name="Kind"><c>physical</c> or <c>logical</c>; null for a job that takes no backup.</param>
/// <param name="Status"><c>running</c>, <c>succeeded</c> or <c>failed</c>.</param>
/// <param name="BackupId">What the catalogue knows the backup by; null unless one was taken.</param>
/// <param name="Sequence">Of its entry in the catalogue.</param>
/// <param name="StoredBytes">What the backup takes in the store.</param>
/// <param name="PrunedAt">
/// When retention removed the backup, by the catalogue's word; null: it is there, or none was taken.
/// </param>
/// <param name="Failure">A short word, and <paramref name="FailureDetail"/> a sentence; null unless it failed.</param>
public sealed record BackupRun(
    Guid Id,
    string Server,
    string Job,
    string? Kind,
    string Status,
    DateTime StartedAt,
    DateTime? FinishedAt,
    Guid? BackupId,
    long? Sequence,
    long? StoredBytes,
    DateTime? PrunedAt,
    string? Failure,
    string? FailureDetail);

/// <summary>Which runs are wanted; null: all.</summary>
public sealed record BackupRunFilter(string? Server, string? Job);
