using System.Globalization;
using RecoveryOS.Core.Backups;

namespace RecoveryOS.Cli.Backups;

/// <summary>
/// Shows how far long work is: one line that is drawn again and again on a terminal, a line now and then elsewhere.
/// </summary>
/// <param name="output">Standard error, so that results have standard output for themselves.</param>
/// <param name="isTerminal">Whether a line can be drawn again.</param>
internal sealed class ProgressLine(TextWriter output, bool isTerminal, TimeProvider time)
    : IProgress<BackupProgress>, IDisposable
{
    private const string ClearToEnd = "\e[K";
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    private readonly Lock oneAtATime = new();
    private string phase = "";
    private long phaseStarted;
    private long firstBytes;
    private long shownAt;
    private bool isOpen;

    public static ProgressLine OnStandardError() => new(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);

    public void Report(BackupProgress value)
    {
        lock (oneAtATime)
        {
            if (value.Phase != phase)
            {
                Close();
                (phase, phaseStarted, firstBytes) = (value.Phase, time.GetTimestamp(), value.Bytes);
            }
            else if (time.GetElapsedTime(shownAt) < (isTerminal ? RedrawInterval : LineInterval))
            {
                return;
            }

            shownAt = time.GetTimestamp();
            var text = Text(value, time.GetElapsedTime(phaseStarted));
            if (isTerminal)
                output.Write($"\r{text}{ClearToEnd}");
            else
                output.WriteLine(text);
            isOpen = isTerminal;
        }
    }

    public void Dispose()
    {
        lock (oneAtATime)
            Close();
    }

    /// <summary>Such as <c>1.2 GB</c>.</summary>
    public static string Bytes(double bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        var unit = 0;
        for (; bytes >= 1000 && unit < units.Length - 1; unit++)
            bytes /= 1000;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{bytes.ToString(unit < 2 ? "F0" : "F1", CultureInfo.InvariantCulture)} {units[unit]}");
    }

    private void Close()
    {
        if (isOpen)
            output.WriteLine();
        isOpen = false;
    }

    private string Text(BackupProgress value, TimeSpan elapsed)
    {
        var rate = elapsed.TotalSeconds < 0.5 ? 0 : (value.Bytes - firstBytes) / elapsed.TotalSeconds;
        List<string> parts = [$"{value.Phase,-9}"];
        if (value.TotalBytes is { } total && total >= value.Bytes)
            parts.Add($"{Bytes(value.Bytes)} of {Bytes(total)}");
        else if (value.Bytes > 0)
            parts.Add(Bytes(value.Bytes));
        if (rate > 0)
            parts.Add($"{Bytes(rate)}/s");
        if (rate > 0 && value.TotalBytes > value.Bytes)
            parts.Add($"{Duration((value.TotalBytes.Value - value.Bytes) / rate)} left");
        return string.Join("  ", parts).TrimEnd();
    }

    private static string Duration(double seconds)
    {
        var span = TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(99).TotalSeconds));
        return span.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}:{span:mm\\:ss}")
            : string.Create(CultureInfo.InvariantCulture, $"{span:m\\:ss}");
    }
}
