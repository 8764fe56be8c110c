using System.Net;
using FunctionsWorker.Tests.Samples;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsWorker.Tests;

public sealed class TimerTests
{
    private readonly AlarmClock _clock = new(new(2026, 3, 1, 12, 0, 1, TimeSpan.Zero));
    private readonly Probe _probe = new();

    [Theory]
    [InlineData("0 */5 * * * *", 299)]
    [InlineData("30 * * * * *", 29)]
    [InlineData("*/5 * * * *", 299)]
    [InlineData("0 0 12 * * MON", 86_399)]
    [InlineData("00:00:30", 30)]
    [InlineData("01:00:00", 3_600)]
    public async Task Schedule_says_when_a_timer_is_due(string schedule, int seconds)
    {
        await using var app = await StartAsync<TimerFunctions>("--Schedules:Tick", schedule);

        Assert.Equal(TimeSpan.FromSeconds(seconds), await _clock.NextAlarmAsync());
    }

    [Fact]
    public async Task Timer_runs_each_time_it_is_due_and_not_before()
    {
        await using var app = await StartEveryMinuteAsync();

        Assert.Equal(TimeSpan.FromSeconds(59), await _clock.NextAlarmAsync());
        _clock.Advance(TimeSpan.FromSeconds(58));
        Assert.False(_probe.HasRun);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _probe.NextRunAsync();
        Assert.Equal(TimeSpan.FromMinutes(1), await _clock.NextAlarmAsync());
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _probe.NextRunAsync();
    }

    [Fact]
    public async Task Far_date_is_reached_in_steps()
    {
        await using var app = await StartAsync<TimerFunctions>("--Schedules:Tick", "0 0 0 3 3 *");

        var step = await _clock.NextAlarmAsync();
        _clock.Advance(step);
        var rest = await _clock.NextAlarmAsync();
        Assert.False(_probe.HasRun);
        _clock.Advance(rest);
        await _probe.NextRunAsync();

        Assert.Equal(TimeSpan.FromDays(1), step);
        Assert.Equal(new(11, 59, 59), rest);
    }

    [Fact]
    public async Task Run_is_told_its_last_and_next_times()
    {
        await using var app = await StartEveryMinuteAsync();

        await _clock.RingAsync();
        var first = await _probe.NextRunAsync();
        await _clock.RingAsync();
        var second = await _probe.NextRunAsync();

        Assert.Equal(default(DateTime), first.ScheduleStatus?.Last);
        Assert.Equal(new(2026, 3, 1, 12, 2, 0, DateTimeKind.Utc), first.ScheduleStatus?.Next);
        Assert.Equal(new(2026, 3, 1, 12, 1, 0, DateTimeKind.Utc), second.ScheduleStatus?.Last);
        Assert.Equal(new(2026, 3, 1, 12, 1, 0, DateTimeKind.Utc), second.ScheduleStatus?.LastUpdated);
        Assert.Equal(new(2026, 3, 1, 12, 3, 0, DateTimeKind.Utc), second.ScheduleStatus?.Next);
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(61, true)]
    public async Task Late_run_knows_that_it_is_past_due(int seconds, bool isPastDue)
    {
        await using var app = await StartEveryMinuteAsync();
        await _clock.NextAlarmAsync();

        _clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(isPastDue, (await _probe.NextRunAsync()).IsPastDue);
    }

    [Fact]
    public async Task Run_on_startup_does_not_wait_for_the_schedule()
    {
        await using var app = await StartAsync<StartupTimerFunctions>();

        var run = await _probe.NextRunAsync();

        Assert.False(run.IsPastDue);
        Assert.Null(run.ScheduleStatus);
    }

    [Fact]
    public async Task One_function_never_runs_twice_at_once()
    {
        var end = new TaskCompletionSource();
        _probe.Work = _ => end.Task;
        await using var app = await StartEveryMinuteAsync();

        await _clock.RingAsync();
        await _probe.NextRunAsync();
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.Accepted, (await FireAsync(app)).StatusCode);
        Assert.False(_probe.HasRun);

        end.SetResult();
        await _probe.NextRunAsync();
    }

    [Fact]
    public async Task Overlong_run_skips_what_it_overran()
    {
        _probe.Work = _ =>
        {
            _clock.Advance(TimeSpan.FromMinutes(10));
            return Task.CompletedTask;
        };
        await using var app = await StartEveryMinuteAsync();

        await _clock.RingAsync();
        await _probe.NextRunAsync();

        Assert.Equal(TimeSpan.FromMinutes(1), await _clock.NextAlarmAsync());
    }

    [Fact]
    public async Task Failed_run_is_logged_and_the_next_one_comes()
    {
        _probe.Work = _ => throw new InvalidOperationException("not today");
        await using var app = await StartEveryMinuteAsync();

        await _clock.RingAsync();
        await _probe.NextRunAsync();
        await _clock.RingAsync();
        await _probe.NextRunAsync();

        Assert.Contains(app.Log.Errors, line => line.Text.Contains("Tick", StringComparison.Ordinal)
            && line.Exception?.Message == "not today");
    }

    [Fact]
    public async Task Shutdown_cancels_a_run_and_waits_for_it()
    {
        var ended = false;
        _probe.Work = async cancellationToken =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Yield();
            ended = true;
            cancellationToken.ThrowIfCancellationRequested();
        };
        await using var app = await StartEveryMinuteAsync();
        await _clock.RingAsync();
        await _probe.NextRunAsync();

        await app.StopAsync();

        Assert.True(ended);
        Assert.Empty(app.Log.Errors);
    }

    [Theory]
    [InlineData("--AzureWebJobs.Tick.Disabled", "true")]
    [InlineData("--AzureWebJobs:Tick:Disabled", "1")]
    public async Task Disabled_timer_does_not_run_and_needs_no_schedule(string setting, string value)
    {
        await using var app = await StartAsync<TimerFunctions>(setting, value);

        Assert.Equal(HttpStatusCode.NotFound, (await FireAsync(app)).StatusCode);
    }

    [Fact]
    public async Task Posting_its_name_fires_a_timer_now()
    {
        await using var app = await StartEveryMinuteAsync();

        var response = await FireAsync(app);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.False((await _probe.NextRunAsync()).IsPastDue);
    }

    [Theory]
    [InlineData("Unknown")]
    [InlineData("Newest")]
    public async Task Only_a_timer_can_be_fired(string function)
    {
        await using var app = await StartAsync<RouteFunctions>();

        var response = await app.SendAsync(HttpMethod.Post, $"admin/functions/{function}");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("Forwarded")]
    public async Task Client_behind_a_proxy_cannot_fire_a_timer(string header)
    {
        await using var app = await StartEveryMinuteAsync();
        app.Client.DefaultRequestHeaders.Add(header, "for=192.0.2.1");

        Assert.Equal(HttpStatusCode.Forbidden, (await FireAsync(app)).StatusCode);
        await app.StopAsync();
        Assert.False(_probe.HasRun);
    }

    private static Task<HttpResponseMessage> FireAsync(WorkerApp app) =>
        app.SendAsync(HttpMethod.Post, "admin/functions/tick");

    private Task<WorkerApp> StartEveryMinuteAsync() => StartAsync<TimerFunctions>("--Schedules:Tick", "0 * * * * *");

    private Task<WorkerApp> StartAsync<T>(params string[] args) => WorkerApp.StartAsync<T>(
        builder => builder.Services.AddSingleton(_probe).AddSingleton<TimeProvider>(_clock), args);
}
