namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>What was tested, when, by whom and with what.</summary>
internal static class SubjectSection
{
    public static Markup Of(DrillEvidence test) => Markup.Of($"""
        <section aria-labelledby="subject">
        <h2 id="subject">What was tested</h2>
        <dl>
        {Markup.Of(Facts(test).Select(fact => Markup.Of($"<dt>{fact.Name}</dt><dd>{fact.Value}</dd>\n")))}</dl>
        </section>
        """);

    private static IEnumerable<(string Name, Markup Value)> Facts(DrillEvidence test)
    {
        yield return ("Server", Markup.Of($"<strong>{test.Server}</strong>"));
        yield return ("Method", Text(Words.Of(test.Method)));
        yield return ("Ran", Text(Words.Moments(test.StartedAt, test.FinishedAt)));
        yield return ("Asked for by", Text(test.RequestedBy));
        yield return ("To be reached", test.Target is { } target
            ? Markup.Of($"{Words.Title(target.Kind)} <code>{target.Value}</code>, {target.Choice}")
            : Text("nothing: no plan could be made"));
        yield return ("Reached", test.Reached is { } reached ? Reached(reached) : Text("not reached"));
        yield return ("Backup", test.Backup is { } backup ? Backup(backup) : Text("none was used"));
        yield return ("Environment", Environment(test.ParityFindings));
        yield return ("Tested on", Markup.Of($"{test.Machine}, by RecoveryOS {test.TesterVersion}"));
        yield return ("Afterwards", Text(test.Teardown));
    }

    private static Markup Text(string text) => Markup.Of($"{text}");

    private static Markup Reached(ReachedPoint reached)
    {
        var lsn = reached.Lsn is { } position ? Markup.Of($"<code>{position.ToString()}</code>, ") : Markup.None;
        return Markup.Of(
            $"{lsn}last commit {Words.Moment(reached.At, "unknown")}; "
            + $"the restored server said <code>{reached.Proof}</code>");
    }

    private static Markup Backup(BackupUsed backup) => Markup.Of(
        $"<code>{backup.Id.ToString()}</code>, finished {Words.Moment(backup.FinishedAt)}; "
        + $"catalogue entry {backup.CatalogueSequence}, {Words.Size(backup.StoredBytes)}, "
        + $"{Words.Count(backup.WalSegments, "WAL segment")}");

    private static Markup Environment(IReadOnlyList<string> findings) => findings.Count == 0
        ? Text("no difference was found")
        : Markup.Of(findings.Select((finding, index) => Markup.Of($"{(index == 0 ? "" : "; ")}{finding}")));
}
