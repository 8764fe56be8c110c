using System.Text.Json;
using RecoveryOS.Core.Backups.Drills.SelfTests;
using RecoveryOS.Core.Backups.Verifications;

namespace RecoveryOS.Core.Backups.Drills;

/// <summary>Results as JSON, for machines that read a command's output.</summary>
public static class DrillJson
{
    public static string Of(DrillEvidence evidence) =>
        JsonSerializer.Serialize(evidence, BackupJson.Default.DrillEvidence);

    public static string Of(SelfTestReport report) =>
        JsonSerializer.Serialize(report, BackupJson.Default.SelfTestReport);

    public static string Of(WalFinding finding) => JsonSerializer.Serialize(finding, BackupJson.Default.WalFinding);
}
