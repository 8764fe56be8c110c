using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace RecoveryOS.Functions;

/// <summary>When the timers fire unless settings say otherwise (<c>Schedules:*</c>, six-field NCRONTAB).</summary>
internal static class Schedules
{
    public static void AddDefaults(IConfigurationBuilder configuration) => configuration.Sources.Insert(
        0,
        new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Schedules:CatchUpBackups"] = "30 * * * * *",
                ["Schedules:DispatchMessages"] = "*/5 * * * * *",
                ["Schedules:DrainSpool"] = "*/5 * * * * *",
                ["Schedules:EscalateAlerts"] = "*/30 * * * * *",
                ["Schedules:PruneBackups"] = "0 0 5 * * *",
                ["Schedules:ReconcileMessages"] = "*/10 * * * * *",
                ["Schedules:RecordHeartbeat"] = "*/10 * * * * *",
                ["Schedules:ReportRecoveryWindow"] = "15 */10 * * * *",
                ["Schedules:RunRestoreTest"] = "0 0 4 * * *",
                ["Schedules:SelfTestVerifier"] = "0 0 6 * * 0",
                ["Schedules:SendReminders"] = "0 * * * * *",
                ["Schedules:ShipWal"] = "5/10 * * * * *",
                ["Schedules:TakeBackup"] = "0 0 2 * * *",
                ["Schedules:TakeDump"] = "0 30 3 * * *",
                ["Schedules:VerifyWal"] = "45 */15 * * * *",
            },
        });
}
