using System.Globalization;
using System.Text.Json;

namespace Twilio.Clients;

/// <summary>Reads the API's JSON, in which a value may be missing or null.</summary>
internal static class JsonElements
{
    public static string Text(this JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null
            ? value.ToString() : null;

    public static int? Number(this JsonElement parent, string name) =>
        int.TryParse(parent.Text(name), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>An RFC 2822 time, in UTC.</summary>
    public static DateTime? Time(this JsonElement parent, string name) =>
        DateTimeOffset.TryParse(parent.Text(name), CultureInfo.InvariantCulture, out var time)
            ? time.UtcDateTime : null;
}
