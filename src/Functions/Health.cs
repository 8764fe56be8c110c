namespace RecoveryOS.Functions;

/// <summary>The answer of <c>/healthz</c>.</summary>
internal sealed record Health(string Status);

/// <summary>The answer of <c>/readyz</c>: each dependency is <c>ok</c>, or why it is not.</summary>
/// <param name="Status">ready or unavailable.</param>
/// <param name="Database">ok or unavailable.</param>
/// <param name="Schema">ok, too_old, too_new, or unknown while the database is unavailable.</param>
/// <param name="Secrets">ok, or unavailable when the issuer's keys cannot be read.</param>
/// <param name="Texts">ok, or not_configured without a token that webhooks can be verified with.</param>
internal sealed record Readiness(string Status, string Database, string Schema, string Secrets, string Texts);
