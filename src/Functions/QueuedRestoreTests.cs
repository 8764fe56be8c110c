using Microsoft.Extensions.Hosting;
using RecoveryOS.Core.Backups.Drills.Runs;

namespace RecoveryOS.Functions;

/// <summary>
/// Runs restore tests soon after they are asked for, as long as the process lives; the timer does the rest.
/// </summary>
internal sealed class QueuedRestoreTests(RestoreTestQueue queue) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => queue.ListenAsync(stoppingToken);
}
