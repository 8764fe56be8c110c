namespace RecoveryOS.Core.Backups.Drills;

/// <summary>What many checks come to.</summary>
internal static class Verdicts
{
    /// <summary>
    /// One that is wrong fails all; one that could not look leaves it open; no check at all is not a pass.
    /// </summary>
    public static Verdict Of(IReadOnlyCollection<DrillCheck> checks) =>
        checks.Any(check => check.Result is Verdict.Failed) ? Verdict.Failed
        : checks.Count == 0 || checks.Any(check => check.Result is Verdict.Inconclusive) ? Verdict.Inconclusive
        : Verdict.Passed;

    /// <summary>Why it is not passed, worst first.</summary>
    public static IReadOnlyList<string> Reasons(IReadOnlyCollection<DrillCheck> checks) =>
        checks.Count == 0 ? ["Nothing was looked at."] :
        [
            .. checks.Where(check => check.Result is Verdict.Failed).Select(check => $"{check.Name}: {check.Detail}"),
            .. checks.Where(check => check.Result is Verdict.Inconclusive).Select(
                check => $"{check.Name}: {check.Detail}"),
        ];
}
