using System.Text.Json;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Core.Risks;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>A text whose time has come, with all that decides whether it goes.</summary>
/// <param name="Now">The database's clock when it was read.</param>
/// <param name="IsFree">False while a STOP of its number is being written: it waits for what that says.</param>
/// <param name="Locale">
/// The member's; of a text to somebody on call, English and the country of the member it is about.
/// </param>
/// <param name="Timezone">The member's, or null when it is not to a member.</param>
/// <param name="AlertStatus">Of the alert that it tells of; null when it tells of none.</param>
/// <param name="OptOut">What the ledger says of the number.</param>
/// <param name="AvoidProvider">Who failed it before.</param>
internal sealed record DueText(
    Guid Id,
    Guid AccountId,
    TextClass Class,
    string Template,
    string Variables,
    SealedPhone Phone,
    DateTimeOffset Now,
    DateTimeOffset QueuedAt,
    DateTimeOffset? ExpiresAt,
    bool IsFree,
    short Attempts,
    string? AvoidProvider,
    string? MemberState,
    string? Timezone,
    Locale Locale,
    string? AlertStatus,
    string? OptOut)
{
    public bool IsUrgent => Class is TextClass.Crisis or TextClass.Alert;

    public long LockKey => NumberLock.Key(Phone.Hash);

    public IReadOnlyDictionary<string, string> Values =>
        JsonSerializer.Deserialize(Variables, MessagingJson.Default.IReadOnlyDictionaryStringString)
        ?? throw new JsonException("a text's variables are null");
}
