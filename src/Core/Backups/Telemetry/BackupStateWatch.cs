using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace RecoveryOS.Core.Backups.Telemetry;

/// <summary>
/// Keeps the gauges as fresh as half a minute while anybody listens. What cannot be read stays as it was, and
/// <see cref="BackupGauges.LastRead"/> grows old, which has an alert.
/// </summary>
public sealed partial class BackupStateWatch(
    BackupStateReader reader, BackupMetrics metrics, TimeProvider time, ILogger<BackupStateWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            if (metrics.IsEnabled)
                await ReadAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            metrics.Show(await reader.ReadAsync(cancellationToken));
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            ReadFailed(logger, exception);
        }
    }

    [LoggerMessage(EventName = "backup_state_unread", Level = LogLevel.Warning, Message = "")]
    private static partial void ReadFailed(ILogger logger, Exception exception);
}
