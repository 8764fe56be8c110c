using Microsoft.Extensions.Logging;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>Answers the bell: what is urgent goes now.</summary>
public sealed partial class BellAnswer(OutboxBell bell, Dispatcher dispatcher, ILogger<BellAnswer> logger)
{
    // A run that waits for a slow provider keeps nobody else waiting: after this another may begin beside it.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private const int RunsAtOnce = 4;

    /// <summary>Until the token is cancelled. A run that fails is left to the timer.</summary>
    public async Task ListenAsync(CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(RunsAtOnce);
        List<Task> runs = [];
        try
        {
            while (true)
            {
                await bell.WaitAsync(cancellationToken);
                await places.WaitAsync(cancellationToken);
                var run = RunAsync(places, cancellationToken);
                runs.RemoveAll(earlier => earlier.IsCompleted);
                runs.Add(run);
                await Task.WhenAny(run, Task.Delay(Patience, cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What is on its way is waited for and written down.
            await Task.WhenAll(runs);
        }
    }

    private async Task RunAsync(SemaphoreSlim places, CancellationToken cancellationToken)
    {
        try
        {
            await dispatcher.RunUrgentAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It had not begun.
        }
        catch (Exception exception)
        {
            BellUnanswered(logger, Outage.Is(exception), exception);
        }
        finally
        {
            places.Release();
        }
    }

    [LoggerMessage(EventName = "outbox_bell_unanswered", Level = LogLevel.Warning, Message = "{is_outage}")]
    private static partial void BellUnanswered(ILogger logger, bool is_outage, Exception exception);
}
