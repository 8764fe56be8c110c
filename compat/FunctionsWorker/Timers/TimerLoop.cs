using System.Threading.Channels;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FunctionsWorker;

/// <summary>Runs one timer function, one run at a time, when it is due or asked for.</summary>
internal sealed partial class TimerLoop(
    Function function, TimerTriggerAttribute trigger, TimerSchedule schedule, FunctionExecutionDelegate pipeline,
    IServiceScopeFactory scopes, TimeProvider time, ILogger<TimerLoop> logger)
{
    /// <summary>A timer cannot be set for longer than 49 days; a far date is approached in steps.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    /// <summary>True: run now. False: the alarm rang, look whether the run is due.</summary>
    private readonly Channel<bool> _calls = Channel.CreateUnbounded<bool>();
    private DateTimeOffset _due;
    private DateTimeOffset? _last;

    public string Name => function.Name;

    public void Fire() => _calls.Writer.TryWrite(true);

    /// <summary>Sets the alarm before it returns; the task ends when the process stops.</summary>
    public Task Start(CancellationToken stopping)
    {
        _due = schedule.Next(time.GetUtcNow());
        var alarm = time.CreateTimer(_ => _calls.Writer.TryWrite(false), null, UntilDue(), Timeout.InfiniteTimeSpan);
        if (trigger.RunOnStartup)
            Fire();
        return Task.Run(() => RunAsync(alarm, stopping), CancellationToken.None);
    }

    private async Task RunAsync(ITimer alarm, CancellationToken stopping)
    {
        await using var _ = alarm;
        try
        {
            await foreach (var asked in _calls.Reader.ReadAllAsync(stopping))
            {
                var now = time.GetUtcNow();
                var isDue = now >= _due;
                if (asked || isDue)
                    await RunOnceAsync(now, stopping);
                if (isDue)
                    _due = schedule.Next(time.GetUtcNow());
                alarm.Change(UntilDue(), Timeout.InfiniteTimeSpan);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The process stops, and so does its timer.
        }
    }

    private async Task RunOnceAsync(DateTimeOffset now, CancellationToken stopping)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await pipeline(new Invocation(function, Describe(now), scope.ServiceProvider, stopping));
        }
        catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            LogFailed(e, function.Name);
        }
        _last = now;
    }

    private TimerInfo Describe(DateTimeOffset now) => new()
    {
        IsPastDue = now - _due >= Tolerance,
        ScheduleStatus = !trigger.UseMonitor ? null : new()
        {
            Last = _last?.UtcDateTime ?? default,
            Next = schedule.Next(now).UtcDateTime,
            LastUpdated = _last?.UtcDateTime ?? default,
        },
    };

    private TimeSpan UntilDue()
    {
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling((_due - time.GetUtcNow()).TotalMilliseconds));
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
    }

    [LoggerMessage(LogLevel.Error, "Timer function {function} failed; it runs again when it is due.")]
    private partial void LogFailed(Exception exception, string function);
}
