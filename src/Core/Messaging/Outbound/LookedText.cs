using System.Data.Common;
using System.Text.Json;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Messaging.Templates;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>A text that a provider is to be asked about.</summary>
/// <param name="Age">Since the attempt, by the database's clock.</param>
/// <param name="LeaseExpired">The dispatcher died over it: it may never have been handed over.</param>
internal sealed record LookedText(
    Guid Id,
    TextClass Class,
    string State,
    long Fence,
    string Provider,
    string? ProviderId,
    DateTimeOffset AttemptedAt,
    TimeSpan Age,
    bool LeaseExpired,
    SentText Question)
{
    public bool IsUnknown => State == "unknown";

    public bool IsUrgent => Class is TextClass.Crisis or TextClass.Alert;

    /// <summary>Reads what <see cref="LookQueue"/> returns.</summary>
    public static LookedText Read(DbDataReader row, PhoneCipher cipher)
    {
        var id = row.GetGuid(0);
        var fence = row.GetInt64(3);
        var providerId = row.GetNullable<string>(5);
        var attemptedAt = row.GetFieldValue<DateTimeOffset>(6);
        var to = cipher.Open(row.GetGuid(9), row.GetFieldValue<byte[]>(10), row.GetString(11));
        var values = JsonSerializer.Deserialize(row.GetString(13), MessagingJson.Default.IReadOnlyDictionaryStringString);
        // Where the provider's id is known, nobody looks for the words.
        var body = providerId is null
            ? MessageTemplates.Render(row.GetString(12), row.GetString(14), row.GetString(15), values ?? new Dictionary<string, string>())
            : "";
        return new(
            id,
            Enum.Parse<TextClass>(row.GetString(1), ignoreCase: true),
            row.GetString(2),
            fence,
            row.GetString(4),
            providerId,
            attemptedAt,
            row.GetFieldValue<TimeSpan>(7),
            row.GetBoolean(8),
            new(id, fence, providerId, to, body, attemptedAt) { OtherProviderIds = row.GetFieldValue<string[]>(16) });
    }
}
