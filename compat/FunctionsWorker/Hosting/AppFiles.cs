using System.Text.Json;

namespace FunctionsWorker;

/// <summary>The JSON files that a functions app keeps beside its assembly or in its content root.</summary>
internal static class AppFiles
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Null where neither folder has the file.</summary>
    public static JsonDocument? Open(string contentRoot, string name)
    {
        var path = new[] { AppContext.BaseDirectory, contentRoot }
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
        return path is null ? null : JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
    }
}
