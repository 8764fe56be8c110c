using System.Globalization;

namespace RecoveryOS.Core.Backups.Drills;

/// <summary>What was measured, against what was promised.</summary>
internal static class Objectives
{
    /// <summary>
    /// Whether a phase is a step of a restore, which counts for the RTO, and not the test's own work. A restore of a
    /// base looks at its files while it unpacks them, so that pg_verifybackup is the test's; one of a dump reads it
    /// through first, as the test does.
    /// </summary>
    public static bool Counts(DrillMethod method, string phase) => phase switch
    {
        "fetch" or "wal" or "start" or "replay" or "promote" or "restore" or "first_query" => true,
        "verify" => method is DrillMethod.Logical,
        _ => false,
    };

    public static double RtoSeconds(DrillMethod method, IEnumerable<DrillPhase> phases) =>
        phases.Where(phase => Counts(method, phase.Name)).Sum(phase => phase.Seconds);

    public static CheckResult Rto(DrillOptions options, DrillFindings found) => found.RtoSeconds switch
    {
        null => CheckResult.CouldNotLook("How long a restore takes was not measured."),
        var taken when taken > options.RtoTargetSeconds => CheckResult.Wrong(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The restore took {taken:0.0} s{Limit(found)}, expected at most {options.RtoTargetSeconds} s.")),
        var taken => CheckResult.Right(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The restore took {taken:0.0} s of {options.RtoTargetSeconds} s, up to the first answer")
            + $"{Limit(found)}."),
    };

    private static string Limit(DrillFindings found) =>
        found.CpuPercent > 0 ? $", with at most {found.CpuPercent} % of one processor" : "";

    public static CheckResult Rpo(DrillOptions options, double? seconds) => seconds switch
    {
        null => CheckResult.CouldNotLook("What would be lost was not measured: no heartbeat came back."),
        var lost when lost > options.RpoTargetSeconds => CheckResult.Wrong(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Had the server been lost when the test began, {lost:0.0} s of it were gone, "
                + $"expected at most {options.RpoTargetSeconds} s.")),
        var lost => CheckResult.Right(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Had the server been lost when the test began, {lost:0.0} s of it were gone, "
                + $"of {options.RpoTargetSeconds} s.")),
    };
}
