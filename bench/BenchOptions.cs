using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RecoveryOS.Bench;

/// <summary>The options that benchmarks share.</summary>
internal static class BenchOptions
{
    public static Option<double> Gigabytes(double usual) => new("--gigabytes")
    {
        Description = "Size of the data",
        DefaultValueFactory = _ => usual,
    };

    public static Option<int> Rounds(int usual, string of) => new("--rounds")
    {
        Description = $"Rounds of each {of}",
        DefaultValueFactory = _ => usual,
    };

    public static Option<FileInfo?> Json() => new("--json") { Description = "Also write the figures to this file" };

    /// <summary>Writes the figures to the file that was asked for, if one was.</summary>
    public static async Task WriteAsync<T>(
        this Option<FileInfo?> json,
        ParseResult parsed,
        T figures,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken)
    {
        if (parsed.GetValue(json) is { } file)
            await File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(figures, type), cancellationToken);
    }
}
