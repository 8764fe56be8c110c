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

    /// <summary>
    /// How long ago each may have succeeded before something is wrong, at the schedules that we ship.
    /// </summary>
    public static IReadOnlyDictionary<string, TimeSpan> Patience { get; } = new Dictionary<string, TimeSpan>
    {
        // A run may last 50 s.
        [DispatchMessages] = TimeSpan.FromMinutes(2),
        [EscalateAlerts] = TimeSpan.FromMinutes(3),
        [ReconcileMessages] = TimeSpan.FromMinutes(3),
        [SendReminders] = TimeSpan.FromMinutes(5),
    };

    /// <summary>Of those that do nothing until a store for backups is configured.</summary>
    public static IReadOnlyDictionary<string, TimeSpan> BackupPatience { get; } = new Dictionary<string, TimeSpan>
    {
        // It does what others missed, which may take hours.
        [CatchUpBackups] = Day,
        [PruneBackups] = Day,
        // A server that does not answer is waited for.
        [RecordHeartbeat] = TimeSpan.FromMinutes(5),
        [ReportRecoveryWindow] = TimeSpan.FromMinutes(45),
        [RunRestoreTest] = Day,
        [SelfTestVerifier] = TimeSpan.FromDays(7) + TimeSpan.FromHours(12),
        // What a dead receiver left may be much.
        [ShipWal] = TimeSpan.FromMinutes(15),
        [TakeBackup] = Day,
        [TakeDump] = Day,
        // The first run reads all WAL that there is.
        [VerifyWal] = TimeSpan.FromHours(3),
    };

    /// <summary>How long each may take to succeed, of those that do something.</summary>
    /// <param name="withBackups">Whether a store for backups is configured.</param>
    public static IEnumerable<KeyValuePair<string, TimeSpan>> Watched(bool withBackups) =>
        withBackups ? Patience.Concat(BackupPatience) : Patience;

    /// <summary>A day, and two hours to do it in.</summary>
    private static TimeSpan Day => TimeSpan.FromHours(26);
}
