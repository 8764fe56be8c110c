using Microsoft.Extensions.Logging;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>
/// Keeps a <c>pg_receivewal --synchronous</c> running for one server: makes its slot, starts it again whenever it ends,
/// stops it when it does not move while the server writes, and begins a new chain when the server threw WAL away.
/// </summary>
public sealed partial class WalReceiver(TargetServer server, WalSpool spool, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private readonly string slot = SlotName.Of(server.Name);
    private volatile ReceiverReport report =
        new(ReceiverState.Down, ReceiverReport.Starting, "The receiver is starting.");

    /// <summary>The newest word.</summary>
    public ReceiverReport Report => report;

    /// <summary>
    /// Called whenever the stream ended, before the next is started: what came is all that will for now.
    /// </summary>
    public Action? Ended { get; init; }

    /// <summary>Ends by cancellation only. The caller holds the spool's lock.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            await StopOrphansAsync(cancellationToken);
            var started = time.GetTimestamp();
            try
            {
                await ReceiveAsync(cancellationToken);
            }
            catch (Exception exception) when (ReceiverFailure.Of(server.Name, exception) is { } failure)
            {
                Say(failure with { Written = report.Written, Received = report.Received });
            }
            finally
            {
                Ended?.Invoke();
            }

            pause = time.GetElapsedTime(started) > LongestPause ? FirstPause : pause;
            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>One stream, from connecting to its end.</summary>
    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync(null, cancellationToken);
        var source = new WalSource(connection, slot);
        var facts = await source.ReadFactsAsync(cancellationToken);
        Recognise(facts.Identity);
        await PrepareSlotAsync(source, facts.Identity.SegmentSize, cancellationToken);
        var binaries = await TargetServer.BinariesAsync(facts.MajorVersion, cancellationToken);

        var address = server.Address;
        address.ApplicationName = slot;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stream = PostgresTool.RunAsync(
            [binaries["pg_receivewal"], "-D", spool.Folder, "--synchronous", $"--slot={slot}", "--no-loop",
                "--no-password"],
            address, output: null, line: null, stop.Token);
        var watch = new StreamWatch(server.Name, source, time, Say).RunAsync(stop.Token);
        if (await Task.WhenAny(stream, watch) == watch && !cancellationToken.IsCancellationRequested)
            await LetEndAsync(stream, await watch, cancellationToken);
        await stop.CancelAsync();
        // The watch's verdict explains the end where it made it, else the program's own words do.
        var verdict = await EndOfAsync(watch, cancellationToken);
        var result = await EndOfAsync(stream, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        await ExplainAsync(verdict, result, cancellationToken);
    }

    /// <summary>
    /// A server that died has sent what is still on its way: that is received before the program is stopped.
    /// </summary>
    private async Task LetEndAsync(Task stream, StreamEnd verdict, CancellationToken cancellationToken)
    {
        // One that stands still does not hear a polite request either; its files are good at any moment.
        if (verdict.Report is { State: ReceiverState.Stalled })
            Kill();
        if (verdict.Report is { State: ReceiverState.Down })
            await Task.WhenAny(stream, Task.Delay(EndLimit, time, cancellationToken));
    }

    /// <summary>Null when it was stopped, or when its connection ended with the server.</summary>
    private static async Task<T?> EndOfAsync<T>(Task<T> task, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await task;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private void Recognise(ClusterIdentity identity)
    {
        if (spool.Identity() is not { } known)
            spool.Keep(identity);
        else if (known != identity)
        {
            throw new BackupException(
                "another_cluster",
                $"{server.Name} is another cluster now (system identifier {identity.SystemIdentifier}, before "
                + $"{known.SystemIdentifier}): give it a name of its own in Backups:Targets.");
        }
    }

    private async Task PrepareSlotAsync(WalSource source, int segmentSize, CancellationToken cancellationToken)
    {
        var progress = await source.ReadProgressAsync(cancellationToken);
        if (progress.IsLost)
        {
            await StartChainAsync(
                source, segmentSize, "the server's slot was lost: it kept less WAL than was due", cancellationToken);
            return;
        }

        var isNew = !progress.HasSlot;
        var start = isNew ? await source.CreateSlotAsync(cancellationToken) : progress.Restart;
        if (isNew)
            SlotMade(logger, server.Name, slot);
        if (start is { } restart && spool.IsEmpty(segmentSize) && spool.Chain() is null)
        {
            var reason = isNew
                ? "the slot and the receiver's folder were missing"
                : "the receiver's folder was lost with WAL that was not shipped";
            await KeepChainAsync(source, restart, segmentSize, reason, unlessJoined: true, cancellationToken);
        }
    }

    /// <summary>
    /// Gives up what the server no longer has: what was received stays and is shipped, and the stream begins anew.
    /// </summary>
    private async Task StartChainAsync(
        WalSource source, int segmentSize, string reason, CancellationToken cancellationToken)
    {
        Say(new ReceiverReport(
            ReceiverState.SlotLost,
            "slot_lost",
            $"A new chain of WAL starts: {reason}. A base backup is due.",
            report.Written,
            report.Received));
        ChainStarts(logger, server.Name, reason);
        if (!spool.IsEmpty(segmentSize))
            spool.SetAside();
        await source.DropSlotAsync(time, cancellationToken);
        var start = await source.CreateSlotAsync(cancellationToken);
        await KeepChainAsync(source, start, segmentSize, reason, unlessJoined: false, cancellationToken);
    }

    private async Task KeepChainAsync(
        WalSource source,
        Lsn start,
        int segmentSize,
        string reason,
        bool unlessJoined,
        CancellationToken cancellationToken)
    {
        var timeline = await source.ReadTimelineAsync(cancellationToken);
        // pg_receivewal begins with the whole segment.
        var segment = WalSegment.Containing(timeline, start, segmentSize);
        spool.Keep(new PendingChain(timeline, segment.Start, reason, unlessJoined));
    }

    private async Task ExplainAsync(StreamEnd? verdict, ToolResult? result, CancellationToken cancellationToken)
    {
        var reason = result?.Reason ?? "";
        if (verdict?.IsLost is true || ReceiverFailure.IsLoss(reason))
        {
            await using var connection = await server.OpenAsync(null, cancellationToken);
            var source = new WalSource(connection, slot);
            var facts = await source.ReadFactsAsync(cancellationToken);
            await StartChainAsync(
                source,
                facts.Identity.SegmentSize,
                reason is "" ? "the server's slot was lost" : ReceiverFailure.Sentence(reason),
                cancellationToken);
        }
        else if (verdict is null || verdict.Report is { State: not ReceiverState.Stalled })
        {
            var end = verdict?.Report ?? ReceiverFailure.Of(server.Name, reason);
            Say(end with { Written = report.Written, Received = report.Received });
        }
    }

    /// <summary>A pg_receivewal of a killed run goes on by itself, and would hold the slot and the files.</summary>
    private async Task StopOrphansAsync(CancellationToken cancellationToken)
    {
        var orphans = () => ProcessTable.WithArguments("pg_receivewal", spool.Folder);
        foreach (var orphan in orphans())
            ProcessTable.Terminate(orphan);
        if (await ProcessTable.WaitUntilGoneAsync(orphans, TimeSpan.FromSeconds(5), cancellationToken))
            return;

        Kill();
        await ProcessTable.WaitUntilGoneAsync(orphans, TimeSpan.FromSeconds(5), cancellationToken);
    }

    private void Kill()
    {
        foreach (var process in ProcessTable.WithArguments("pg_receivewal", spool.Folder))
            ProcessTable.Kill(process);
    }

    private void Say(ReceiverReport next)
    {
        if (next.State != report.State || next.Failure != report.Failure)
            StateChanged(
                logger,
                next.Failure is null ? LogLevel.Information : LogLevel.Error,
                server.Name,
                next.State,
                next.Failure,
                next.Detail);
        report = next;
    }

    [LoggerMessage(EventName = "wal_receiver", Message = "{server} {state} {failure}: {detail}")]
    private static partial void StateChanged(
        ILogger logger, LogLevel level, string server, ReceiverState state, string? failure, string? detail);

    [LoggerMessage(EventName = "wal_slot_made", Level = LogLevel.Information, Message = "{server} {slot}")]
    private static partial void SlotMade(ILogger logger, string server, string slot);

    [LoggerMessage(EventName = "wal_chain_starts", Level = LogLevel.Error, Message = "{server}: {reason}")]
    private static partial void ChainStarts(ILogger logger, string server, string reason);
}
