using System.Globalization;
using RecoveryOS.Core.Backups.Restores.Plans;

namespace RecoveryOS.Cli.Backups;

/// <summary>A recovery window as a person reads it: in words, and as a line from the oldest moment to now.</summary>
internal static class WindowText
{
    private const int Width = 64;

    public static string Of(RecoveryWindow window)
    {
        if (window is not { Earliest: { } earliest, Latest: { } latest })
            return $"{window.Server}: nothing can be restored, there is no base backup: ./recoveryos backup";

        List<string> lines =
        [
            $"{window.Server}, as of {Time(window.AsOf)}",
            $"  from    {Time(earliest)}",
            $"  to      {Time(latest)}",
            $"  |{Picture(window, earliest)}|  # can be restored, . can not",
        ];
        lines.AddRange(window.Spans.Select(span => string.Create(
            CultureInfo.InvariantCulture,
            $"  base    {span.BackupId}  timeline {span.Timeline}  {Time(span.From)} to {Time(span.To)}  "
            + $"{span.FromLsn} to {span.ToLsn}")));
        lines.AddRange(window.Holes.Select(hole => $"  hole    {Time(hole.From)} to {Time(hole.To)}: {hole.Reason}"));
        lines.Add(
            window.LastProven is { } proven
                ? $"  proven  up to {Time(proven)}, by a restore test"
                : "  proven  never: ./recoveryos restore-test");
        if (window.PredictedRtoSeconds is { } seconds)
            lines.Add($"  takes   about {Duration(seconds)} to restore to the newest point");
        return string.Join('\n', lines);
    }

    /// <summary>To the microsecond where it has any, so that it can be given to <c>--to-time</c> as it is.</summary>
    public static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    public static string Duration(double seconds) => seconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds)} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds / 60)} min");

    private static string Picture(RecoveryWindow window, DateTimeOffset earliest)
    {
        var length = Math.Max((window.AsOf - earliest).TotalSeconds, 1);
        return string.Concat(Enumerable.Range(0, Width).Select(column =>
        {
            var (from, to) = (At(column), At(column + 1));
            // A hole that is narrower than a column is seen nevertheless.
            return window.Holes.Any(hole => hole.From < to && hole.To > from)
                || !window.Spans.Any(span => span.From <= to && span.To >= from) ? '.' : '#';
        }));

        DateTimeOffset At(int column) => earliest.AddSeconds(length * column / Width);
    }
}
