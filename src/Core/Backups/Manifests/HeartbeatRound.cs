using System.Runtime.ExceptionServices;
using Npgsql;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Manifests;

/// <summary>A heartbeat for each server; one that fails does not keep it from the others.</summary>
public sealed class HeartbeatRound(BackupTargets targets, HeartbeatRecorder recorder)
{
    /// <summary>A commit can wait for a synchronous standby for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="AggregateException">
    /// What failed, alone where it is one; the heartbeats that were committed are written the next time.
    /// </exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var ends = await Task.WhenAll(targets.All.Select(server => TryAsync(server, cancellationToken)));
        var failures = ends.OfType<Exception>().ToList();
        if (failures is [var one])
            ExceptionDispatchInfo.Throw(one);
        if (failures.Count > 0)
            throw new AggregateException(failures);
    }

    private async Task<Exception?> TryAsync(TargetServer server, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await recorder.RecordAsync(server, limit.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new TimeoutException($"{server.Name} did not commit a heartbeat within {Patience.TotalSeconds} s.");
        }
        catch (Exception exception) when (exception is NpgsqlException or BackupStoreException)
        {
            return exception;
        }
    }
}
