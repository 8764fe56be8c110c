using System.Text.Json;

namespace FunctionsWorker;

/// <summary>What host.json says of HTTP.</summary>
internal sealed record HostJson(string RoutePrefix, IReadOnlyList<HostJson.Header> CustomHeaders)
{
    public static HostJson Read(string contentRoot)
    {
        using var file = AppFiles.Open(contentRoot, "host.json");
        var http = file is null ? default : Child(Child(file.RootElement, "extensions"), "http");

        return new(
            Child(http, "routePrefix") is { ValueKind: JsonValueKind.String } prefix ? prefix.ToString() : "api",
            Child(http, "customHeaders") is { ValueKind: JsonValueKind.Object } headers
                ? [.. headers.EnumerateObject().Select(header => new Header(header.Name, header.Value.ToString()))]
                : []);
    }

    public sealed record Header(string Name, string Value);

    private static JsonElement Child(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? child : default;
}
