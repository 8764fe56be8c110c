using System.Text.Json;
using RecoveryOS.Core.Messaging.CheckInTexts;

namespace RecoveryOS.Core.Messaging.Inbound;

/// <summary>
/// What an answer of the member is awaited for: the guided questions, or the one clarifying question.
/// </summary>
/// <param name="Guided">Null while the clarifying question waits.</param>
internal sealed record Dialogue(GuidedCheckIn? Guided)
{
    public static Dialogue Clarifying { get; } = new((GuidedCheckIn?)null);

    public static Dialogue? Parse(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, MessagingJson.Default.Dialogue);

    public string ToJson() => JsonSerializer.Serialize(this, MessagingJson.Default.Dialogue);
}
