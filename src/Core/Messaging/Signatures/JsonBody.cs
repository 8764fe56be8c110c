using System.Text.Json;

namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>Reads the members of a JSON object as fields: strings as they are, all else as its JSON.</summary>
internal static class JsonBody
{
    /// <summary>The fields, or null when the bytes are no JSON. What is JSON but no object has no fields.</summary>
    public static FormFields? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new([.. document.RootElement.EnumerateObject().Select(Field)])
                : new([]);
        }
        // The second one: text that is not UTF-8, or half of a surrogate pair.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static FormField Field(JsonProperty member) => new(
        member.Name,
        member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() ?? "" : member.Value.GetRawText());
}
