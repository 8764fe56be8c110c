using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Tests.Settings;
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

    [Theory]
    [InlineData("12:00", null, null, null, true)]
    [InlineData("12:00", "02:00", "02:30", null, true)]
    // What was begun just now is not begun again, however it ended.
    [InlineData("12:04", "12:00", "12:01", null, false)]
    [InlineData("12:05", "12:00", "12:01", null, true)]
    [InlineData("12:04", "12:00", "02:30", null, false)]
    // Failed: again after as long as it has been failing, an hour at most.
    [InlineData("12:20", "12:10", "12:00", "12:15", false)]
    [InlineData("12:30", "12:10", "12:00", "12:15", true)]
    [InlineData("12:59", "11:55", "02:30", "12:00", false)]
    [InlineData("13:00", "11:55", "02:30", "12:00", true)]
    // Killed after it had failed.
    [InlineData("12:06", "12:01", "02:30", "12:00", true)]
    public void What_cannot_wait_is_not_done_all_the_time(
        string now, string? started, string? succeeded, string? failed, bool mayBe)
    {
        var run = started is null ? null : new TimerRun("t", Time(started), Time(succeeded), Time(failed), null, null);

        Assert.Equal(mayBe, CatchUp.MayBeUrgent(run, Time(now) ?? default));
    }

    /// <summary>The timers of these names look for them, and what they don't find they can't run.</summary>
    [Fact]
    public async Task Backups_dumps_and_pruning_are_made_up_for()
    {
        await using var services = SampleSettings.Services([]);

        Assert.Equal(
            [TimerNames.TakeBackup, TimerNames.TakeDump, TimerNames.PruneBackups],
            services.GetServices<ScheduledJob>().Select(job => job.Timer));
    }

    private static DateTime? Time(string? text) => text is null ? null
        : new DateTime(2026, 6, text.StartsWith('-') ? 9 : 10, 0, 0, 0, DateTimeKind.Utc)
            + TimeSpan.Parse(text.TrimStart('-'), CultureInfo.InvariantCulture);
}
