using Microsoft.Extensions.Hosting;
using RecoveryOS.Core.Messaging.Outbound;

namespace RecoveryOS.Functions;

/// <summary>
/// Sends urgent texts as soon as they are committed, as long as the process lives; the timer does the rest.
/// </summary>
internal sealed class UrgentTexts(BellAnswer answer) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => answer.ListenAsync(stoppingToken);
}
