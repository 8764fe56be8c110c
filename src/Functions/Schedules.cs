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
                ["Schedules:DispatchMessages"] = "*/5 * * * * *",
                ["Schedules:DrainSpool"] = "*/5 * * * * *",
                ["Schedules:EscalateAlerts"] = "*/30 * * * * *",
                ["Schedules:ReconcileMessages"] = "*/30 * * * * *",
                ["Schedules:SendReminders"] = "0 * * * * *",
            },
        });
}
