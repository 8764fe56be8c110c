namespace RecoveryOS.Core.Backups.Drills;

/// <summary>What a check saw.</summary>
/// <param name="Detail">One sentence; of a wrong one, what was expected too. Never data.</param>
public sealed record CheckResult(Verdict Verdict, string Detail)
{
    /// <summary>How many things were wrong, where that was counted.</summary>
    public int? Findings { get; init; }

    public static CheckResult Right(string detail) => new(Verdict.Passed, detail);

    public static CheckResult Wrong(string detail) => new(Verdict.Failed, detail);

    public static CheckResult CouldNotLook(string detail) => new(Verdict.Inconclusive, detail);

    /// <summary>Right when there are no findings; of many, the first ones are named.</summary>
    public static CheckResult From(IReadOnlyCollection<string> findings, string right)
    {
        const int Named = 5;
        if (findings.Count == 0)
            return Right(right) with { Findings = 0 };

        var more = findings.Count > Named ? $" And {findings.Count - Named} more." : "";
        return Wrong(string.Join(' ', findings.Take(Named)) + more) with { Findings = findings.Count };
    }
}
