using RecoveryOS.Core.Risks;

namespace RecoveryOS.Core.Messaging.Inbound;

/// <summary>A member who is enrolled with the number that a text came from.</summary>
/// <param name="Dialogue">What the member was asked within the last four hours.</param>
internal sealed record Sender(Guid Id, Guid AccountId, Locale Locale, Dialogue? Dialogue);
