using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace RecoveryOS.Bench.CheckIns;

/// <summary>What another .NET process allocates, from the runtime's own counter.</summary>
internal static class Allocations
{
    /// <summary>Bytes allocated while <paramref name="work"/> runs, to within the second at each end.</summary>
    public static async Task<double> MeasureAsync(int processId, Func<Task> work)
    {
        var client = new DiagnosticsClient(processId);
        EventPipeProvider provider = new(
            "System.Runtime", EventLevel.Informational, 1,
            new Dictionary<string, string> { ["EventCounterIntervalSec"] = "1" });
        using var session = client.StartEventPipeSession(provider, requestRundown: false);
        using var source = new EventPipeEventSource(session.EventStream);
        var bytes = 0.0;
        source.Dynamic.All += trace =>
        {
            if (trace.EventName == "EventCounters"
                && trace.PayloadValue(0) is IDictionary<string, object> outer
                && outer["Payload"] is IDictionary<string, object> counter
                && counter["Name"] is "alloc-rate")
            {
                bytes += Convert.ToDouble(counter["Increment"], null);
            }
        };
        var reading = Task.Run(source.Process);
        await work();
        // The interval that holds the end of the work still comes.
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        await session.StopAsync(CancellationToken.None);
        await reading;
        return bytes;
    }
}
