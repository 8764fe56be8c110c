using System.Text.Json;

namespace FunctionsWorker;

/// <summary>The Values of local.settings.json, which the Core Tools put into the environment.</summary>
internal static class LocalSettings
{
    public static Dictionary<string, string?> Read(string contentRoot)
    {
        using var file = AppFiles.Open(contentRoot, "local.settings.json");
        if (file is null || !file.RootElement.TryGetProperty("Values", out var values))
            return [];

        return values.EnumerateObject().ToDictionary(
            value => value.Name.Replace("__", ":", StringComparison.Ordinal),
            value => value.Value.ValueKind is JsonValueKind.Null ? null : value.Value.ToString(),
            StringComparer.OrdinalIgnoreCase);
    }
}
