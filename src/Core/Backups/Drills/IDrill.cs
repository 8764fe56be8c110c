namespace RecoveryOS.Core.Backups.Drills;

/// <summary>One way to prove a backup by restoring it.</summary>
public interface IDrill
{
    DrillMethod Method { get; }

    /// <summary>What has to be looked at before a test of this method can pass.</summary>
    IReadOnlyList<string> Checks { get; }

    /// <summary>
    /// Restores, looks, and throws the restored data away, however it ends. What is wrong is noted in
    /// <paramref name="log"/>; an exception is the tester's own fault.
    /// </summary>
    Task RunAsync(RestoreTest test, DrillLog log, DrillFindings found, CancellationToken cancellationToken);
}
