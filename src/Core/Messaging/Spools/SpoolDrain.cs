using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.Inbound;

namespace RecoveryOS.Core.Messaging.Spools;

/// <summary>Brings waiting texts into the inbox, in the order in which they came, once the database is back.</summary>
public sealed partial class SpoolDrain(
    Spool spool, Inbox inbox, NpgsqlDataSource dataSource, ILogger<SpoolDrain> logger)
{
    /// <summary>
    /// Drains until nothing waits or the database is away again; one drain at a time over all replicas.
    /// </summary>
    /// <returns>How many texts were taken in.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (spool.Count == 0)
        {
            return 0;
        }

        try
        {
            await using var turn = await AdvisoryLock.TryTakeAsync(dataSource, "drain-spool", cancellationToken);
            // Listed only now: what another drain took in its turn is gone.
            return turn is null ? 0 : await DrainAsync(spool.Files(), cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            SpoolWaits(logger, spool.Count);
            return 0;
        }
    }

    private async Task<int> DrainAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var taken = 0;
        foreach (var file in files)
        {
            if (spool.Read(file) is not { } waiting)
            {
                SpoolRejected(logger, null);
                continue;
            }

            try
            {
                await inbox.ReceiveAsync(waiting.Text, waiting.IsAnswered, cancellationToken);
                File.Delete(file);
                taken++;
            }
            catch (PostgresException exception) when (IsAboutTheText(exception))
            {
                spool.Reject(file);
                SpoolRejected(logger, exception);
            }
        }

        SpoolDrained(logger, taken);
        return taken;
    }

    // Data and constraints (classes 22 and 23): it would be refused for ever, and hold up all behind it.
    private static bool IsAboutTheText(PostgresException exception) =>
        exception.SqlState.StartsWith("22", StringComparison.Ordinal)
        || exception.SqlState.StartsWith("23", StringComparison.Ordinal);

    [LoggerMessage(EventName = "spool_waits", Level = LogLevel.Warning, Message = "{waiting}")]
    private static partial void SpoolWaits(ILogger logger, int waiting);

    [LoggerMessage(EventName = "spool_rejected", Level = LogLevel.Error, Message = "")]
    private static partial void SpoolRejected(ILogger logger, Exception? exception);

    [LoggerMessage(EventName = "spool_drained", Level = LogLevel.Information, Message = "{taken}")]
    private static partial void SpoolDrained(ILogger logger, int taken);
}
