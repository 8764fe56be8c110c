using System.Globalization;
using System.Text.Json;
using Azure;

namespace RecoveryOS.Core.Backups.Azure;

/// <summary>An answer of Azure Resource Manager, read.</summary>
/// <param name="Body">Null where it is empty or no JSON.</param>
/// <param name="Operation">Where the status of what goes on can be asked for.</param>
/// <param name="Location">Where the result will be.</param>
internal sealed record ResourceAnswer(
    int Status, JsonElement? Body, string? Operation, string? Location, TimeSpan? RetryAfter)
{
    /// <summary><c>InProgress</c> and its like; <c>Succeeded</c>, <c>Failed</c>, <c>Canceled</c> are ends.</summary>
    public string? OperationStatus => Text(Body, "status");

    /// <summary>Azure's own code and sentence.</summary>
    public string Error
    {
        get
        {
            if (Body is not { ValueKind: JsonValueKind.Object } body || !body.TryGetProperty("error", out var error))
                return string.Create(CultureInfo.InvariantCulture, $"HTTP {Status}");
            return $"{Text(error, "code")}: {Text(error, "message")}".TrimEnd('.');
        }
    }

    public static ResourceAnswer Of(Response response) => new(
        response.Status,
        Read(response.Content.ToMemory()),
        response.Headers.TryGetValue("Azure-AsyncOperation", out var operation) ? operation : null,
        response.Headers.TryGetValue("Location", out var location) ? location : null,
        response.Headers.TryGetValue("Retry-After", out var after)
            && int.TryParse(after, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : null);

    public bool IsLocked => Error.Contains("ScopeLocked", StringComparison.Ordinal);

    public BackupException Refusal(string what) => IsLocked
        ? new("azure_locked", $"A lock keeps Azure from this: {what}. {Error}.")
        : new("azure_refused", $"Azure refused to {what}: {Error}.");

    private static JsonElement? Read(ReadOnlyMemory<byte> content)
    {
        try
        {
            if (content.IsEmpty)
                return null;

            using var document = JsonDocument.Parse(content);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // A proxy's page, say: the status tells enough.
            return null;
        }
    }

    private static string? Text(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
