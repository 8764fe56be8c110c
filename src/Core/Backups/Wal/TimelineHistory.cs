using System.Globalization;

namespace RecoveryOS.Core.Backups.Wal;

/// <summary>A timeline's ancestors, oldest first: what its <c>.history</c> file holds. Timeline 1 has none.</summary>
public sealed record TimelineHistory(uint Timeline, IReadOnlyList<TimelineSwitch> Switches)
{
    private const string Suffix = ".history";

    /// <summary>The file's name, such as <c>00000002.history</c>.</summary>
    public string FileName => FileNameOf(Timeline);

    public static string FileNameOf(uint timeline) =>
        string.Create(CultureInfo.InvariantCulture, $"{timeline:X8}{Suffix}");

    /// <summary>False for any other file's name.</summary>
    public static bool TryParseFileName(string? name, out uint timeline)
    {
        timeline = 0;
        return name?.Length == 8 + Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal)
            && uint.TryParse(
                name.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out timeline)
            && timeline > 0;
    }

    /// <summary>
    /// Reads a file's text. The text does not name its own timeline: this takes the number after the last parent's,
    /// as PostgreSQL mostly does; with the file's name at hand, use the other overload.
    /// </summary>
    /// <exception cref="FormatException">It is not such a text; the message names the line.</exception>
    public static TimelineHistory Parse(string text)
    {
        var switches = ReadSwitches(text);

        return new TimelineHistory(switches.Count == 0 ? 1 : switches[^1].Parent + 1, switches);
    }

    /// <summary>Reads the text of this timeline's file.</summary>
    /// <exception cref="FormatException">It is not such a text, or names a parent that is not older.</exception>
    public static TimelineHistory Parse(uint timeline, string text)
    {
        var switches = ReadSwitches(text);
        if (switches.Count > 0 && switches[^1].Parent >= timeline)
            throw new FormatException($"Timeline {timeline} can't come from timeline {switches[^1].Parent}.");

        return new TimelineHistory(timeline, switches);
    }

    /// <summary>
    /// The timeline that a byte at <paramref name="lsn"/> was written on. The newest counts, as PostgreSQL has it: a
    /// restore to a point before its timeline began notes that timeline as the parent all the same, with that earlier
    /// point.
    /// </summary>
    public uint TimelineAt(Lsn lsn)
    {
        var timeline = Timeline;
        for (var index = Switches.Count - 1; index >= 0 && lsn < Switches[index].At; index--)
            timeline = Switches[index].Parent;
        return timeline;
    }

    private static List<TimelineSwitch> ReadSwitches(string text)
    {
        List<TimelineSwitch> switches = [];
        foreach (var (number, line) in text.Split('\n').Index())
        {
            var trimmed = line.Trim();
            if (trimmed.Length == 0 || trimmed[0] == '#')
                continue;

            var parts = trimmed.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 2
                || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
                || parent == 0
                || !Lsn.TryParse(parts[1], out var at))
            {
                throw new FormatException($"Line {number + 1} of the timeline history is no switch: '{trimmed}'.");
            }

            if (switches.Count > 0 && parent <= switches[^1].Parent)
                throw new FormatException($"Line {number + 1} of the timeline history goes back: '{trimmed}'.");
            switches.Add(new TimelineSwitch(parent, at, parts.Length > 2 ? parts[2] : ""));
        }

        return switches;
    }
}
