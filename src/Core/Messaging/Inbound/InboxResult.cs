namespace RecoveryOS.Core.Messaging.Inbound;

/// <summary>What became of a text.</summary>
/// <param name="Outcome">As <see cref="TextPlan.Outcome"/>, or <c>duplicate</c>.</param>
/// <param name="Reply">What to answer, one segment; null: nothing.</param>
public sealed record InboxResult(string Outcome, string? Reply);
