namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>A second is a millisecond: waits are short, and the time of day is the real one.</summary>
internal sealed class HastyTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 1000 : dueTime, period);
}
