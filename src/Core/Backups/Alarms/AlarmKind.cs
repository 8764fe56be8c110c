namespace RecoveryOS.Core.Backups.Alarms;

/// <summary>What operators are told of.</summary>
public enum AlarmKind
{
    /// <summary>A restore test found something wrong.</summary>
    RestoreTestFailed,

    /// <summary>A restore test could not look.</summary>
    RestoreTestInconclusive,

    /// <summary>No restore test passed for longer than <see cref="DrillOptions.MaximumAgeHours"/>.</summary>
    RestoreNotVerified,

    /// <summary>A timer's run is missing.</summary>
    RunMissing,

    /// <summary>The verifier missed damage that it was shown, or cried wolf.</summary>
    VerifierFailed,

    /// <summary>The archived WAL is damaged or has a gap.</summary>
    WalDamaged,

    /// <summary>A stretch of time that could be restored cannot be any more.</summary>
    WindowHole,
}
