namespace RecoveryOS.Cli.Backups;

/// <summary>Whether a test's evidence is what was signed, for <c>--json</c>.</summary>
/// <param name="Result"><c>valid</c>, <c>invalid</c> or <c>unread</c>.</param>
/// <param name="Reason">Null when it is valid.</param>
/// <param name="Verdict">Of the test; null unless the evidence is valid.</param>
internal sealed record EvidenceVerdict(
    string Result, string? Reason, Guid? TestId, string? Server, string? Verdict, string? Sha256, string? KeyId);
