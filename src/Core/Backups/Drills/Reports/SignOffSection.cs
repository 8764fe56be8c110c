namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>What people add by hand.</summary>
internal static class SignOffSection
{
    public static Markup Of(DrillEvidence test)
    {
        var exceptions = test.Checks.Count(check => check.Result is not Verdict.Passed);
        return Markup.Of($"""
            <section aria-labelledby="sign-off">
            <h2 id="sign-off">Exceptions and approval</h2>
            <p class="note">{Exceptions(test, exceptions)}</p>
            <dl class="sign">
            <dt>Corrective action</dt><dd></dd>
            <dt>Owner, due date</dt><dd></dd>
            <dt>Approved by</dt><dd></dd>
            <dt>Signature, date</dt><dd></dd>
            </dl>
            </section>
            """);
    }

    private static string Exceptions(DrillEvidence test, int exceptions) => (test.Verdict, exceptions) switch
    {
        (Verdict.Passed, 0) => "There were no exceptions. To be signed by whoever reviewed this report.",
        (_, 0) => "Exceptions: the reasons at the top. To be signed by whoever answers for the correction.",
        _ => $"Exceptions: {Words.Count(exceptions, "check")} above not right, with what was seen. "
            + "To be signed by whoever answers for the correction.",
    };
}
