namespace RecoveryOS.Core.Timers;

/// <summary>The timers whose runs are written down.</summary>
public static class TimerNames
{
    public const string CatchUpBackups = "CatchUpBackups";
    public const string DispatchMessages = "DispatchMessages";
    public const string EscalateAlerts = "EscalateAlerts";
    public const string PruneBackups = "PruneBackups";
    public const string ReconcileMessages = "ReconcileMessages";
    public const string RecordHeartbeat = "RecordHeartbeat";
    public const string ReportRecoveryWindow = "ReportRecoveryWindow";
    public const string RunRestoreTest = "RunRestoreTest";
    public const string SelfTestVerifier = "SelfTestVerifier";
    public const string SendReminders = "SendReminders";
    public const string ShipWal = "ShipWal";
    public const string TakeBackup = "TakeBackup";
    public const string TakeDump = "TakeDump";
    public const string VerifyWal = "VerifyWal";

    /// <summary>How long ago each may have succeeded before something is wrong, at the schedules that we ship.</summary>
    public static IReadOnlyDictionary<string, TimeSpan> Patience { get; } = new Dictionary<string, TimeSpan>
    {
        // A run may last 50 s.
        [DispatchMessages] = TimeSpan.FromMinutes(2),
        [EscalateAlerts] = TimeSpan.FromMinutes(3),
        [ReconcileMessages] = TimeSpan.FromMinutes(3),
        [SendReminders] = TimeSpan.FromMinutes(5),
    };
}
