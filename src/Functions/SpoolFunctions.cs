using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Messaging.Spools;
using RecoveryOS.Functions.Access;

namespace RecoveryOS.Functions;

/// <summary>Texts that waited for the database.</summary>
public sealed class SpoolFunctions(SpoolDrain drain)
{
    [Function(nameof(DrainSpool)), Allow(Role.Schedule)]
    public Task DrainSpool(
        [TimerTrigger("%Schedules:DrainSpool%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) => drain.RunAsync(cancellationToken);
}
