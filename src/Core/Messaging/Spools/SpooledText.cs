using RecoveryOS.Core.Messaging.Inbound;

namespace RecoveryOS.Core.Messaging.Spools;

/// <summary>A text as it waits.</summary>
/// <param name="IsAnswered">Its crisis reply went with the webhook's answer.</param>
internal sealed record SpooledText(InboundText Text, bool IsAnswered);
