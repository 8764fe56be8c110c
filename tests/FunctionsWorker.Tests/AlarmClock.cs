using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsWorker.Tests;

/// <summary>A fake clock that tells when an alarm is set on it, so that no test has to guess.</summary>
internal sealed class AlarmClock(DateTimeOffset start) : TimeProvider
{
    private readonly FakeTimeProvider _clock = new(start);
    private readonly Channel<TimeSpan> _alarms = Channel.CreateUnbounded<TimeSpan>();

    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    public override long GetTimestamp() => _clock.GetTimestamp();

    public override long TimestampFrequency => _clock.TimestampFrequency;

    /// <summary>How long the next alarm was set for; waits until one is set.</summary>
    public async Task<TimeSpan> NextAlarmAsync() =>
        await _alarms.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public void Advance(TimeSpan time) => _clock.Advance(time);

    /// <summary>Waits for an alarm and lets it ring.</summary>
    public async Task RingAsync() => Advance(await NextAlarmAsync());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(_clock.CreateTimer(callback, state, dueTime, period), _alarms.Writer);
        _alarms.Writer.TryWrite(dueTime);
        return alarm;
    }

    private sealed class Alarm(ITimer timer, ChannelWriter<TimeSpan> alarms) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            alarms.TryWrite(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
