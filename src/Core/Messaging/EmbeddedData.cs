using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RecoveryOS.Core.Messaging;

/// <summary>Rules and texts that ship inside the assembly.</summary>
internal static class EmbeddedData
{
    public static T Read<T>(string name, JsonTypeInfo<T> type)
    {
        using Stream stream = typeof(EmbeddedData).Assembly.GetManifestResourceStream($"Messaging/{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        return JsonSerializer.Deserialize(stream, type) ?? throw new InvalidOperationException($"{name} is empty.");
    }
}
