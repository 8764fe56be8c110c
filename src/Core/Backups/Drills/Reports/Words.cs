using System.Globalization;

namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>How the report says times, spans of time and sizes.</summary>
internal static class Words
{
    public const string NotMeasured = "not measured";

    private static readonly string[] Acronyms = ["wal", "rpo", "rto", "lsn", "sql", "id", "gin", "sha256"];
    private static readonly string[] Units = ["bytes", "kB", "MB", "GB", "TB", "PB"];

    /// <summary><c>28 Nov 2026, 04:00:12 UTC</c>.</summary>
    public static string Moment(DateTimeOffset at) =>
        at.UtcDateTime.ToString("d MMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary><c>28 Nov 2026, 04:00:12 to 04:02:19 UTC</c>; both dates where they differ.</summary>
    public static string Moments(DateTimeOffset from, DateTimeOffset to) =>
        from.UtcDateTime.Date == to.UtcDateTime.Date
            ? $"{Moment(from)[..^4]} to {to.UtcDateTime.ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}"
            : $"{Moment(from)} to {Moment(to)}";

    public static string Moment(DateTimeOffset? at, string otherwise) => at is { } moment ? Moment(moment) : otherwise;

    /// <summary><c>28 Nov, 04:00</c>: for scales, whose year stands elsewhere.</summary>
    public static string ShortMoment(DateTimeOffset at) =>
        at.UtcDateTime.ToString("d MMM, HH:mm", CultureInfo.InvariantCulture);

    /// <summary><c>0.42 s</c>, <c>8.4 s</c>, <c>3 min 5 s</c>, <c>2 h 10 min</c>, <c>3 d 4 h</c>.</summary>
    public static string Span(double seconds)
    {
        // Rounded before it is split: 59.96 s is a minute, and not sixty seconds.
        var whole = Math.Round(seconds);
        return whole switch
        {
            < 10 => Number($"{seconds:0.##} s"),
            < 60 => Number($"{seconds:0.#} s"),
            < 3600 => Two((long)whole, 60, "min", "s"),
            < 86_400 => Two((long)Math.Round(seconds / 60), 60, "h", "min"),
            _ => Two((long)Math.Round(seconds / 3600), 24, "d", "h"),
        };
    }

    public static string Span(double? seconds, string otherwise) => seconds is { } known ? Span(known) : otherwise;

    /// <summary>In thousands, as disks are sold: <c>1.2 GB</c>.</summary>
    public static string Size(long bytes)
    {
        double value = bytes;
        var unit = 0;
        for (; value >= 999.5 && unit < Units.Length - 1; unit++)
            value /= 1000;
        return unit == 0 ? Number($"{bytes} {Units[0]}") : Number($"{value:0.#} {Units[unit]}");
    }

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary><c>1 check</c>, <c>12 checks</c>.</summary>
    public static string Count(int count, string noun) => Number($"{count} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>A stable word of the evidence as people write it: <c>first_query</c> is "First query".</summary>
    public static string Title(string word)
    {
        var spaced = string.Join(
            ' ', word.Split('_').Select(part => Acronyms.Contains(part) ? part.ToUpperInvariant() : part));
        return spaced.Length == 0 ? word : char.ToUpperInvariant(spaced[0]) + spaced[1..];
    }

    /// <summary>Ascending numbers, runs of three and more drawn together: <c>1–4, 7, 8</c>.</summary>
    public static string Ranges(IEnumerable<int> numbers)
    {
        List<(int First, int Last)> runs = [];
        foreach (var number in numbers)
        {
            if (runs is [.., var (first, last)] && last == number - 1)
                runs[^1] = (first, number);
            else
                runs.Add((number, number));
        }

        return string.Join(", ", runs.Select(run => (run.Last - run.First) switch
        {
            0 => Number($"{run.First}"),
            1 => Number($"{run.First}, {run.Last}"),
            _ => Number($"{run.First}–{run.Last}"),
        }));
    }

    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "Passed",
        Verdict.Failed => "Failed",
        _ => "Inconclusive",
    };

    public static string Of(DrillMethod method) => method switch
    {
        DrillMethod.Physical => "Base backup and WAL, replayed on a scratch server",
        DrillMethod.Logical => "Dump, restored into an empty database",
        _ => "Azure point-in-time restore to a new Flexible Server",
    };

    private static string Two(long units, long size, string large, string small) =>
        units % size == 0
            ? Number($"{units / size} {large}")
            : Number($"{units / size} {large} {units % size} {small}");

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
