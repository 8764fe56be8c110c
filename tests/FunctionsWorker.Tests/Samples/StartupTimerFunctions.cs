using Microsoft.Azure.Functions.Worker;

namespace FunctionsWorker.Tests.Samples;

/// <summary>A timer that also runs at the start, and keeps no status.</summary>
public sealed class StartupTimerFunctions(Probe probe)
{
    [Function(nameof(Warm))]
    public Task Warm([TimerTrigger("0 */5 * * * *", RunOnStartup = true, UseMonitor = false)] TimerInfo timer) =>
        probe.RunAsync(timer, CancellationToken.None);
}
