using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Restores.Plans;

namespace RecoveryOS.Core.Backups.Drills;

/// <summary>
/// What a test found out besides its checks; filled while it runs, so that a test that ends early tells it too.
/// </summary>
public sealed class DrillFindings
{
    public DrillTarget? Target { get; set; }

    public ReachedPoint? Reached { get; set; }

    public BackupUsed? Backup { get; set; }

    public RecoveryWindow? Window { get; set; }

    public double? RpoSeconds { get; set; }

    public double? RtoSeconds { get; set; }

    public double? ForecastSeconds { get; set; }

    /// <summary>What the test was held to, in percent of one processor; 0: without a limit.</summary>
    public int CpuPercent { get; set; }

    public long? LostHeartbeats { get; set; }

    public int? MismatchedTables { get; set; }

    /// <summary>The rows were held against the manifest of the very backup that was restored, and were right.</summary>
    public bool ComparedManifest { get; set; }

    public int? CanaryMismatches { get; set; }

    public IReadOnlyList<string> ParityNotes { get; set; } = [];

    public DataProfile? Profile { get; set; }

    /// <summary>The last moment that was brought back.</summary>
    public DateTimeOffset? ProvenUntil { get; set; }

    public string Teardown { get; set; } = "Nothing was restored.";
}
