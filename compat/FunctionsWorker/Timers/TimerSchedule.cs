using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using NCrontab;

namespace FunctionsWorker;

/// <summary>When a timer is due: an NCRONTAB expression, with or without seconds, or an interval.</summary>
internal sealed class TimerSchedule
{
    private readonly CrontabSchedule? _cron;
    private readonly TimeSpan _interval;

    private TimerSchedule(CrontabSchedule? cron, TimeSpan interval) => (_cron, _interval) = (cron, interval);

    public static TimerSchedule Of(Function function, TimerTriggerAttribute trigger, IConfiguration configuration)
    {
        var expression = Resolve(function, trigger.Schedule, configuration);
        var withSeconds = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6;
        if (CrontabSchedule.TryParse(expression, new() { IncludingSeconds = withSeconds }) is { } cron)
            return new(cron, default);
        if (TimeSpan.TryParse(expression, CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero)
            return new(null, interval);

        throw new InvalidOperationException($"Function {function.Name}: '{expression}' is not a schedule.");
    }

    public DateTimeOffset Next(DateTimeOffset now) =>
        _cron is null ? now + _interval : new(_cron.GetNextOccurrence(now.UtcDateTime), TimeSpan.Zero);

    private static string Resolve(Function function, string expression, IConfiguration configuration)
    {
        if (expression.Length < 3 || expression[0] != '%' || expression[^1] != '%')
            return expression;

        var setting = expression[1..^1];
        return configuration[setting] is { Length: > 0 } value ? value : throw new InvalidOperationException(
            $"Function {function.Name}: the setting {setting} holds its schedule and is missing.");
    }
}
