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

    /// <summary>Of those that do nothing until a store for backups is configured: a day, and two hours to do it in.</summary>
    public static IReadOnlyDictionary<string, TimeSpan> BackupPatience { get; } = new Dictionary<string, TimeSpan>
    {
        // It does what others missed, which may take hours.
        [CatchUpBackups] = TimeSpan.FromHours(26),
        [PruneBackups] = TimeSpan.FromHours(26),
        [TakeBackup] = TimeSpan.FromHours(26),
        [TakeDump] = TimeSpan.FromHours(26),
    };
}
