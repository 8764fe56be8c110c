namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>What a check is about, for the controls that it serves.</summary>
internal enum CheckSubject
{
    /// <summary>Whether the stored copy is what was stored, and PostgreSQL's pages and indexes are sound.</summary>
    Integrity,

    /// <summary>
    /// Whether the data is what it was: counts, hashes, canaries, heartbeats, the operator's assertions.
    /// </summary>
    Content,

    /// <summary>Whether the restore came up, and at the point that was asked for.</summary>
    Restore,

    /// <summary>Whether the place where it is restored is like the one it came from, and the keys are there.</summary>
    Environment,

    /// <summary>Whether the live server and the restored data were kept safe.</summary>
    Safety,
}

internal static class CheckSubjects
{
    private const string Assertion = "assertion_";

    // In this order: the first whose word is in a check's name.
    private static readonly (CheckSubject Subject, string[] Words)[] Rules =
    [
        (CheckSubject.Safety, ["teardown", "scratch", "left_over", "deleted", "isolation", "identifier"]),
        (CheckSubject.Environment,
        [
            "parity", "version", "collation", "extension", "setting", "keys", "encryption", "locale", "disk", "network",
        ]),
        (CheckSubject.Content,
        [
            "row", "hash", "count", "canar", "heartbeat", "assert", "content", "sequence", "ledger", "rpo", "drift",
            "data_manifest", "large_object",
        ]),
        (CheckSubject.Integrity,
        [
            "manifest", "checksum", "amcheck", "read_back", "digest", "signature", "catalogue", "fetch", "wal",
            "preflight",
        ]),
        (CheckSubject.Restore,
            ["target", "window", "reached", "start", "replay", "promot", "restore", "timeline", "rto", "query"]),
    ];

    /// <summary>A check of a name that no rule knows is about the data: operators name their own assertions.</summary>
    public static CheckSubject Of(DrillCheck check) => check.Name.StartsWith(Assertion, StringComparison.Ordinal)
        ? CheckSubject.Content
        : Rules
            .Where(rule => rule.Words.Any(word => check.Name.Contains(word, StringComparison.Ordinal)))
            .Select(rule => rule.Subject)
            .FirstOrDefault(CheckSubject.Content);
}
