using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Messaging.Templates;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>A text that a provider is to be asked about.</summary>
/// <param name="Age">Since the attempt, by the database's clock.</param>
/// <param name="LeaseExpired">The dispatcher died over it: it may never have been handed over.</param>
/// <param name="Question">Null when the row cannot be read.</param>
internal sealed record LookedText(
    Guid Id,
    TextClass Class,
    string State,
    long Fence,
    string Provider,
    string? ProviderId,
    TimeSpan Age,
    bool LeaseExpired,
    SentText? Question)
{
    public bool IsUnknown => State == "unknown";

    public bool IsUrgent => Class is TextClass.Crisis or TextClass.Alert;

    /// <summary>Reads a row of <see cref="LookQueue"/>.</summary>
    public static LookedText Read(DbDataReader row, PhoneCipher cipher, out Exception? fault)
    {
        fault = null;
        SentText? question = null;
        try
        {
            question = Ask(row, cipher);
        }
        catch (Exception exception) when (exception is CryptographicException or KeyNotFoundException
            or UnknownTemplateException or FormatException or JsonException)
        {
            fault = exception;
        }

        return new(
            row.GetGuid(0),
            Enum.Parse<TextClass>(row.GetString(1), ignoreCase: true),
            row.GetString(2),
            row.GetInt64(3),
            row.GetString(4),
            row.GetNullable<string>(5),
            row.GetFieldValue<TimeSpan>(7),
            row.GetBoolean(8),
            question);
    }

    // Where the provider's id is known, nobody looks for the words.
    private static SentText Ask(DbDataReader row, PhoneCipher cipher)
    {
        var providerId = row.GetNullable<string>(5);
        var to = cipher.Open(row.GetGuid(9), row.GetFieldValue<byte[]>(10), row.GetString(11));
        var body = providerId is null
            ? MessageTemplates.Render(
                row.GetString(12), row.GetString(14), row.GetString(15), Values(row.GetString(13)))
            : "";
        return new(row.GetGuid(0), row.GetInt64(3), providerId, to, body, row.GetFieldValue<DateTimeOffset>(6))
        {
            OtherProviderIds = row.GetFieldValue<string[]>(16),
        };
    }

    private static IReadOnlyDictionary<string, string> Values(string json) =>
        JsonSerializer.Deserialize(json, MessagingJson.Default.IReadOnlyDictionaryStringString)
        ?? throw new JsonException("a text's variables are null");
}
