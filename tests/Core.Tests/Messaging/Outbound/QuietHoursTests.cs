using RecoveryOS.Core.Messaging.Outbound;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

public sealed class QuietHoursTests
{
    private static readonly DateTimeOffset First = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // No divisor of a day, so that the hours of the day come round.
    private static readonly TimeSpan Stride = TimeSpan.FromMinutes(1237);
    private static readonly TimeSpan NearChange = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData("America/Toronto", "2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z")]
    [InlineData("America/Toronto", "2026-07-01T11:59:59Z", "2026-07-01T12:00:00Z")]
    [InlineData("America/Toronto", "2026-07-02T00:59:59Z", "2026-07-02T00:59:59Z")]
    [InlineData("America/Toronto", "2026-07-02T01:00:00Z", "2026-07-02T12:00:00Z")]
    [InlineData("America/Toronto", "2026-03-08T04:00:00Z", "2026-03-08T12:00:00Z")] // the night the clocks go forward
    [InlineData("America/Toronto", "2026-11-01T03:00:00Z", "2026-11-01T13:00:00Z")] // the night they go back
    [InlineData("Australia/Lord_Howe", "2026-01-01T11:00:00Z", "2026-01-01T21:00:00Z")]
    [InlineData("Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01T02:15:00Z")]
    public void Earliest_hour_is_the_members_own(string zone, string instant, string expected) => Assert.Equal(
        DateTimeOffset.Parse(expected, null),
        QuietHours.EarliestFrom(DateTimeOffset.Parse(instant, null), TimeZoneInfo.FindSystemTimeZoneById(zone)));

    [Theory]
    [InlineData(TextClass.Crisis, false)]
    [InlineData(TextClass.Alert, false)]
    [InlineData(TextClass.Reply, false)]
    [InlineData(TextClass.Message, true)]
    [InlineData(TextClass.Reminder, true)]
    public void Only_what_can_wait_waits(TextClass textClass, bool waits) =>
        Assert.Equal(waits, QuietHours.BindClass(textClass));

    [Fact]
    public void No_instant_of_five_years_in_any_zone_is_outside_the_hours_or_later_than_the_next_opening()
    {
        var zones = TimeZoneInfo.GetSystemTimeZones();
        Assert.InRange(zones.Count, 100, int.MaxValue);
        foreach (var zone in zones)
        {
            foreach (var instant in Instants(zone))
            {
                AssertEarliest(instant, zone);
            }
        }
    }

    // Every ten minutes of the day before and after each change of the clock, and all through the years.
    private static IEnumerable<DateTimeOffset> Instants(TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(First);
        for (var instant = First; instant < End; instant += Stride)
        {
            yield return instant;
            if (zone.GetUtcOffset(instant) == offset)
            {
                continue;
            }

            offset = zone.GetUtcOffset(instant);
            for (var near = instant.AddDays(-1.5); near < instant.AddDays(1); near += NearChange)
            {
                yield return near;
            }
        }
    }

    private static void AssertEarliest(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var earliest = QuietHours.EarliestFrom(instant, zone);
        Assert.True(IsOpen(earliest), $"{zone.Id}: {instant:O} is let out at {earliest:O}, outside the hours");
        if (earliest == instant)
        {
            return;
        }

        Assert.True(earliest > instant && !IsOpen(instant), $"{zone.Id}: {instant:O} is held until {earliest:O}");
        Assert.True(earliest - instant <= TimeSpan.FromHours(14), $"{zone.Id}: {instant:O} is held until {earliest:O}");
        Assert.False(
            IsOpen(earliest.AddSeconds(-1)), $"{zone.Id}: {instant:O} is held until {earliest:O}, not to the opening");

        bool IsOpen(DateTimeOffset when) => TimeZoneInfo.ConvertTime(when, zone).Hour is >= 8 and < 21;
    }
}
