using System.Text.Json;
using Twilio.Exceptions;
using Twilio.Http;

namespace Twilio.Clients;

/// <summary>Reads the error that the API answered with.</summary>
internal static class ApiError
{
    public static ApiException Of(Response response)
    {
        try
        {
            using var json = JsonDocument.Parse(response.Content);
            var error = json.RootElement;
            return new(
                error.Number("code") ?? 0,
                (int)response.StatusCode,
                error.Text("message") ?? $"Unable to make request, {response.StatusCode}",
                error.Text("more_info"),
                Details(error));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new($"Api Error: {response.StatusCode} - {response.Content ?? "[no content]"}");
        }
    }

    private static Dictionary<string, object> Details(JsonElement error) =>
        error.TryGetProperty("details", out var details) && details.ValueKind is JsonValueKind.Object
            ? details.EnumerateObject().ToDictionary(detail => detail.Name, detail => (object)detail.Value.ToString())
            : null;
}
