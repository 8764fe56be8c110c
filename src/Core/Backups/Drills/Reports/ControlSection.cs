namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>The controls that the test serves, each with the checks that serve it and what came of them.</summary>
internal static class ControlSection
{
    private static readonly CheckSubject[] Everything = Enum.GetValues<CheckSubject>();

    private static readonly Control[] Controls =
    [
        new("SOC 2 A1.2", "Backup processes and recovery infrastructure meet the objectives",
            [CheckSubject.Integrity, CheckSubject.Environment]),
        new("SOC 2 A1.3", "Recovery procedures are tested", Everything),
        new("HIPAA 164.308(a)(7)(ii)(A)", "Data backup plan: retrievable exact copies",
            [CheckSubject.Integrity, CheckSubject.Content]),
        new("HIPAA 164.308(a)(7)(ii)(B)", "Disaster recovery plan: any loss of data is restored",
            [CheckSubject.Restore, CheckSubject.Content]),
        new("HIPAA 164.308(a)(7)(ii)(D)", "Testing and revision of the plans, periodically", Everything),
        new("ISO 27001 A.8.13", "Backup copies are maintained and regularly tested", Everything),
    ];

    public static Markup Of(DrillEvidence test) => Markup.Of($"""
        <section aria-labelledby="controls">
        <h2 id="controls">Controls that this test serves</h2>
        <table>
        <thead><tr><th scope="col">Control</th><th scope="col">What it asks for</th>
        <th scope="col">Served here by</th><th scope="col">Result</th></tr></thead>
        <tbody>
        {Markup.Of(Controls.Select(control => Row(test, control)))}</tbody>
        </table>
        </section>
        """);

    private static Markup Row(DrillEvidence test, Control control)
    {
        var numbered = test.Checks.Index().Where(
            check => control.Subjects.Contains(CheckSubjects.Of(check.Item))).ToList();
        var result = Result(test, control, numbered.ConvertAll(check => check.Item));
        return Markup.Of($"""
            <tr class="{VerdictSection.Tone(result)}"><th scope="row" class="control">{control.Name}</th>
            <td>{control.Asks}</td><td>{By(control, numbered.ConvertAll(check => check.Index + 1))}</td>
            <td class="result">{VerdictSection.Sign(result)}{Word(result)}</td></tr>

            """);
    }

    /// <summary>
    /// The worst of its checks, and of the test as a whole where the control asks for the test itself.
    /// </summary>
    private static Verdict Result(DrillEvidence test, Control control, List<DrillCheck> checks)
    {
        if (control.Subjects == Everything)
            return test.Verdict;
        if (checks.Any(check => check.Result is Verdict.Failed))
            return Verdict.Failed;
        return checks.Count > 0 && checks.All(check => check.Result is Verdict.Passed)
            ? Verdict.Passed
            : Verdict.Inconclusive;
    }

    private static string By(Control control, List<int> numbers) => numbers.Count switch
    {
        0 => "no check of this test",
        _ when control.Subjects == Everything => $"The test as a whole, {Words.Count(numbers.Count, "check")}",
        1 => $"Check {numbers[0]}",
        _ => $"Checks {Words.Ranges(numbers)}",
    };

    private static string Word(Verdict result) => result switch
    {
        Verdict.Passed => "Supported",
        Verdict.Failed => "Correction due",
        _ => "Not shown",
    };

    private sealed record Control(string Name, string Asks, CheckSubject[] Subjects);
}
