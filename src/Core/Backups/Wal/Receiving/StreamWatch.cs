using Npgsql;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>Looks at both ends of a stream until it is lost or stands still for too long.</summary>
/// <param name="say">Told how the stream does, at each look.</param>
internal sealed class StreamWatch(string server, WalSource source, TimeProvider time, Action<ReceiverReport> say)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RestartLimit = TimeSpan.FromSeconds(25);

    public async Task<StreamEnd> RunAsync(CancellationToken cancellationToken)
    {
        var clock = new StallClock(time);
        using var timer = new PeriodicTimer(LookInterval, time);
        while (true)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            SourceProgress? progress = null;
            using (var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
            {
                patience.CancelAfter(StallLimit);
                try
                {
                    progress = await source.ReadProgressAsync(patience.Token);
                }
                catch (Exception exception) when (exception is NpgsqlException
                    || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
                {
                    return new StreamEnd(new ReceiverReport(
                        ReceiverState.Down, "server_unreachable",
                        $"{server} does not answer: {exception.Message}"), IsLost: false);
                }
            }

            if (progress.IsLost)
                return new StreamEnd(null, IsLost: true);

            var still = clock.Look(progress.Written, progress.Received);
            if (still < StallLimit)
            {
                if (progress.ActiveProcess is not null)
                    say(new ReceiverReport(ReceiverState.Receiving, null, null, progress.Written, progress.Received));
                continue;
            }

            var stalled = new ReceiverReport(
                ReceiverState.Stalled,
                "stalled",
                $"The receiver of {server} runs and stands at {progress.Received?.ToString() ?? "nothing"}, "
                + $"and the server is at {progress.Written}.",
                progress.Written,
                progress.Received);
            say(stalled);
            if (still > RestartLimit)
                return new StreamEnd(stalled, IsLost: false);
        }
    }
}

/// <summary>Why a watched stream is to end.</summary>
/// <param name="Report">What to say; null when a new chain is to start.</param>
internal sealed record StreamEnd(ReceiverReport? Report, bool IsLost);
