using System.Globalization;
using System.Text.RegularExpressions;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Restores.RestoredServers;

/// <summary>A restored server's own log: how far recovery is, and why it ended.</summary>
internal sealed partial class RecoveryLog(string path)
{
    public string Path => path;

    /// <summary>Null until replay has begun.</summary>
    public DateTimeOffset? RedoStarted => Find("redo starts at");

    /// <summary>Null until replay has ended, or was not needed.</summary>
    public DateTimeOffset? RedoDone => Find("redo done at");

    /// <summary>The last position that the server said it was at.</summary>
    public Lsn? Position =>
        Lines().Select(line => Current().Match(line)).LastOrDefault(match => match.Success) is { } match
        ? Lsn.Parse(match.Groups[1].Value)
        : null;

    /// <summary>The last commit that was replayed; null when there was none.</summary>
    public DateTimeOffset? LastCommit =>
        Lines().Select(line => Completed().Match(line)).FirstOrDefault(match => match.Success)
        is { } match
        ? DateTimeOffset.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
        : null;

    /// <summary>What ended the server: its first FATAL or PANIC that concerns all of it, else the last line.</summary>
    public string Reason
    {
        get
        {
            var lines = Lines().ToList();
            var index = lines.FindIndex(line => Fatal().IsMatch(line));
            if (index < 0)
                return lines is [.., var last] ? last : "it wrote no log";

            // Of a setting that is refused, the line before names it.
            var fatal = lines[index][Fatal().Match(lines[index]).Index..].Trim();
            return index > 0 && fatal.EndsWith("contains errors", StringComparison.Ordinal)
                ? $"{fatal} ({lines[index - 1]})"
                : fatal;
        }
    }

    private DateTimeOffset? Find(string text)
    {
        foreach (var line in Lines())
        {
            if (line.Contains(text, StringComparison.Ordinal) && Stamp().Match(line) is { Success: true } match)
                return DateTimeOffset.Parse(
                    match.Groups[1].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        }

        return null;
    }

    /// <summary>The server writes to the file while it is read.</summary>
    private IEnumerable<string> Lines()
    {
        if (!File.Exists(path))
            yield break;

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    [GeneratedRegex(@"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) UTC ")]
    private static partial Regex Stamp();

    [GeneratedRegex("current LSN: ([0-9A-F]+/[0-9A-F]+)")]
    private static partial Regex Current();

    [GeneratedRegex("last completed transaction was at log time (.+)$")]
    private static partial Regex Completed();

    [GeneratedRegex("(FATAL|PANIC): ")]
    private static partial Regex Fatal();
}
