namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>Something that is done to a copy, and the check that has to notice it.</summary>
/// <param name="Expected">The check's name; null: nothing was done, and nothing may be found.</param>
/// <param name="Method">How the copy is looked at; <c>Wal</c> is the check of the archive without a restore.</param>
internal sealed record Damage(
    string Name, string? Expected, Look Method, Func<DamagedCopy, CancellationToken, Task> Do);

internal enum Look
{
    /// <summary>A restore to the point of the data manifest.</summary>
    Manifest,

    /// <summary>A restore to the newest point.</summary>
    Newest,

    /// <summary>A restore of the dump.</summary>
    Dump,

    /// <summary>The archived WAL, without a restore.</summary>
    Wal,
}
