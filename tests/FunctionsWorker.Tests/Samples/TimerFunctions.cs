using Microsoft.Azure.Functions.Worker;

namespace FunctionsWorker.Tests.Samples;

/// <summary>A timer whose schedule is a setting.</summary>
public sealed class TimerFunctions(Probe probe)
{
    [Function(nameof(Tick))]
    public Task Tick([TimerTrigger("%Schedules:Tick%")] TimerInfo timer, CancellationToken cancellationToken) =>
        probe.RunAsync(timer, cancellationToken);
}
