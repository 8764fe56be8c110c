using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Restores.RestoredServers;

namespace RecoveryOS.Core.Backups.Drills.Runs;

/// <summary>
/// Runs the tests that are asked for, as long as the process lives, and removes what killed testers left.
/// </summary>
public sealed partial class RestoreTestQueue(
    RestoreTestRunner runner, RestoreTestBell bell, IOptions<BackupOptions> options, ILogger<RestoreTestQueue> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Until the token is cancelled. A run that fails is tried again.</summary>
    public async Task ListenAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.IsConfigured)
            return;

        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await new ScratchFolders(Path.Combine(options.Value.Folder, DrillFolders.Scratch))
                    .RemoveAbandonedAsync(cancellationToken);
                await runner.RunQueuedAsync(cancellationToken);
                await bell.WaitAsync(Patience, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                QueueFailed(logger, exception);
                await bell.WaitAsync(Patience, cancellationToken);
            }
        }
    }

    [LoggerMessage(EventName = "restore_test_queue_failed", Level = LogLevel.Error)]
    private static partial void QueueFailed(ILogger logger, Exception exception);
}
