using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionsWorker;

/// <summary>The application's timer functions, from its start to its end.</summary>
internal sealed class Timers(
    FunctionSet set, IConfiguration configuration, IServiceProvider services, IHostApplicationLifetime lifetime)
    : IHostedService
{
    private readonly Dictionary<string, TimerLoop> _loops = (
        from function in set.Functions
        let trigger = function.Trigger as TimerTriggerAttribute
        where trigger is not null
        select ActivatorUtilities.CreateInstance<TimerLoop>(
            services, function, trigger, TimerSchedule.Of(function, trigger, configuration), set.Pipeline))
        .ToDictionary(loop => loop.Name, StringComparer.OrdinalIgnoreCase);

    private Task _running = Task.CompletedTask;

    /// <summary>False where there is no timer function of that name.</summary>
    public bool Fire(string name)
    {
        if (!_loops.TryGetValue(name, out var loop))
            return false;

        loop.Fire();
        return true;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(_loops.Values.Select(loop => loop.Start(lifetime.ApplicationStopping)).ToList());
        return Task.CompletedTask;
    }

    /// <summary>Waits for the runs under way, which were cancelled when the process began to stop.</summary>
    public async Task StopAsync(CancellationToken cancellationToken) =>
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
