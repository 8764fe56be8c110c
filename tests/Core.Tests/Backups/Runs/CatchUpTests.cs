using System.Globalization;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Timers;

namespace RecoveryOS.Core.Tests.Backups.Runs;

public sealed class CatchUpTests
{
    private const string AtTwo = "0 0 2 * * *";

    /// <summary>Times are of one day, as HH:MM; a dash is the day before at that time.</summary>
    [Theory]
    [InlineData(AtTwo, "12:00", null, null, null, true)]
    [InlineData(AtTwo, "12:00", "02:00", "02:30", null, false)]
    [InlineData(AtTwo, "12:00", "-02:00", "-02:30", null, true)]
    [InlineData(AtTwo, "01:59", "-02:00", "-02:30", null, false)]
    // The timer itself has a minute.
    [InlineData(AtTwo, "02:00", "-02:00", "-02:30", null, false)]
    [InlineData(AtTwo, "02:02", "-02:00", "-02:30", null, true)]
    // Failed a minute after it was due: again after five, and after as long as it has been failing, an hour at most.
    [InlineData(AtTwo, "02:05", "02:00", "-02:30", "02:01", false)]
    [InlineData(AtTwo, "02:06", "02:00", "-02:30", "02:01", true)]
    [InlineData(AtTwo, "02:39", "02:15", "-02:30", "02:20", false)]
    [InlineData(AtTwo, "02:40", "02:15", "-02:30", "02:20", true)]
    [InlineData(AtTwo, "10:59", "09:00", "-02:30", "10:00", false)]
    [InlineData(AtTwo, "11:00", "09:00", "-02:30", "10:00", true)]
    // It failed yesterday, and is due anew.
    [InlineData(AtTwo, "02:02", "-02:00", null, "-02:01", true)]
    // Killed: it began after it had failed, and never ended.
    [InlineData(AtTwo, "02:05", "02:04", "-02:30", "02:03", true)]
    [InlineData("0 0 0 29 2 *", "12:00", null, null, null, false)]
    public void Is_due_as_the_last_run_says(
        string schedule, string now, string? started, string? succeeded, string? failed, bool isDue)
    {
        var run = started is null ? null : new TimerRun("t", Time(started), Time(succeeded), Time(failed), null, null);

        Assert.Equal(isDue, CatchUp.IsDue(schedule, run, Time(now) ?? default));
    }

    private static DateTime? Time(string? text) => text is null ? null
        : new DateTime(2026, 6, text.StartsWith('-') ? 9 : 10, 0, 0, 0, DateTimeKind.Utc)
            + TimeSpan.Parse(text.TrimStart('-'), CultureInfo.InvariantCulture);
}
