using System.Globalization;
using System.Text.RegularExpressions;

namespace RecoveryOS.Core.Tests.Messaging;

/// <summary>Labelled texts, one a line: tab-separated columns, the text last, \n and \uXXXX as escapes.</summary>
internal static partial class Corpus
{
    public static IReadOnlyList<string[]> Read(string name)
    {
        using Stream stream = typeof(Corpus).Assembly.GetManifestResourceStream($"Corpora/{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);
        return
        [
            .. reader.ReadToEnd().Split('\n')
                .Where(static line => line is not ("" or ['#', ..]))
                .Select(static line => line.Split('\t').Select(Unescape).ToArray()),
        ];
    }

    private static string Unescape(string column) =>
        Escape().Replace(column.Replace("\\n", "\n", StringComparison.Ordinal), static match =>
            ((char)ushort.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
                .ToString());

    [GeneratedRegex(@"\\u([0-9a-f]{4})", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Escape();
}

/// <summary>How well a reader tells what it looks for from what it must leave alone.</summary>
internal sealed record Accuracy(
    IReadOnlyList<string> Found, IReadOnlyList<string> Missed, IReadOnlyList<string> FalseAlarms)
{
    public double Recall => Found.Count / (double)(Found.Count + Missed.Count);

    public double Precision => Found.Count / (double)(Found.Count + FalseAlarms.Count);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        recall {Recall:F4}, precision {Precision:F4}
        missed ({Missed.Count}): {string.Join("\n  ", Missed)}
        false alarms ({FalseAlarms.Count}): {string.Join("\n  ", FalseAlarms)}
        """);

    public static Accuracy Of(IEnumerable<(string Text, bool Expected, bool Found)> readings)
    {
        var all = readings.ToList();
        return new Accuracy(
            [.. all.Where(static one => one.Expected && one.Found).Select(static one => one.Text)],
            [.. all.Where(static one => one.Expected && !one.Found).Select(static one => one.Text)],
            [.. all.Where(static one => !one.Expected && one.Found).Select(static one => one.Text)]);
    }
}
