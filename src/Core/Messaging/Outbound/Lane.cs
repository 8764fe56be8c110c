using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>
/// One stream of texts through one session of the database, with a fixed number on their way at once. It claims as many
/// as it has room for, hands them over, writes down what came of those that ended, and goes on; a provider that is slow
/// over one text holds up none of the others.
/// </summary>
internal sealed partial class Lane(
    NpgsqlDataSource dataSource, PhoneCipher cipher, TextRouter router, bool urgentOnly, int room, ILogger logger)
{
    // A text whose lease is half over is not handed over any more: the answer must come before its end.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(Claim.LeaseSeconds / 3.0);
    private static readonly TimeSpan ProviderPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RescuePatience = TimeSpan.FromSeconds(Claim.LeaseSeconds);
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(5);

    private readonly Channel<Attempt> ended = Channel.CreateUnbounded<Attempt>(new() { SingleReader = true });
    private readonly Channel<Attempt> reports = Channel.CreateUnbounded<Attempt>();
    private readonly List<Attempt> unsettled = [];
    private readonly List<long> released = [];
    private DispatchCounts counts;
    private int onTheWay;

    /// <summary>Until nothing is due, or the time is up; what is on its way then is waited for.</summary>
    public async Task<DispatchCounts> RunAsync(TimeSpan budget, CancellationToken cancellationToken)
    {
        var reporting = ReportAsync();
        await using var session = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await EmptyAsync(session, budget, cancellationToken);
            return counts;
        }
        finally
        {
            await RescueAsync();
            await LetGoAsync(session);
            reports.Writer.Complete();
            await reporting;
        }
    }

    private async Task EmptyAsync(NpgsqlConnection session, TimeSpan budget, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var claim = new Claim(session, cipher, router);
        while (true)
        {
            var goesOn = !cancellationToken.IsCancellationRequested && Stopwatch.GetElapsedTime(started) < budget;
            var began = goesOn && onTheWay < room && await BeginAsync(claim);
            if (onTheWay == 0 && !began)
            {
                return;
            }

            await SettleAsync(session, await GatherAsync());
        }
    }

    /// <returns>Whether any text got on, be it to its end.</returns>
    private async Task<bool> BeginAsync(Claim claim)
    {
        var claimedAt = Stopwatch.GetTimestamp();
        // Not the caller's token: a claim that is cut off after its commit would leave texts to their leases.
        var claimed = await claim.TakeAsync(urgentOnly, room - onTheWay, CancellationToken.None);
        released.AddRange(claimed.LockKeys);
        foreach (var (text, verdict) in claimed.Kept)
        {
            Count(text, verdict);
        }

        foreach (var sending in claimed.Sending)
        {
            onTheWay++;
            _ = SendAsync(sending, claimedAt);
        }

        return claimed.Sending.Count + claimed.Kept.Count > 0;
    }

    // Every way out of here is an attempt in the channel: the loop counts on it.
    private async Task SendAsync(Sending sending, long claimedAt)
    {
        var started = Stopwatch.GetTimestamp();
        var isStale = Stopwatch.GetElapsedTime(claimedAt) > Freshness;
        var outcome = isStale ? new SendOutcome.Refused("not_sent") : await HandOverAsync(sending);
        var others = router.Providers.Any(other => other.Name != sending.Verdict.Provider.Name);
        var settlement = isStale ? Settlement.NotSent(sending) : Settlement.Of(sending, outcome, others);
        ended.Writer.TryWrite(new(sending, outcome, settlement, Stopwatch.GetElapsedTime(started), isStale));
    }

    private async Task<SendOutcome> HandOverAsync(Sending sending)
    {
        using var patience = new CancellationTokenSource(ProviderPatience);
        try
        {
            return await sending.Verdict.Provider.SendAsync(sending.Outgoing, patience.Token);
        }
        catch (OperationCanceledException)
        {
            return new SendOutcome.Unknown("timeout");
        }
        catch (Exception exception)
        {
            // A fault of ours before, in or after the handing over: nobody knows.
            SendFaulted(logger, sending.Text.Id, exception);
            return new SendOutcome.Unknown("fault");
        }
    }

    /// <summary>At least one that ended, and those that end with it: they are written down together.</summary>
    private async Task<List<Attempt>> GatherAsync()
    {
        List<Attempt> attempts = [];
        if (onTheWay == 0)
        {
            return attempts;
        }

        await ended.Reader.WaitToReadAsync();
        using var patience = new CancellationTokenSource(Gathering);
        while (true)
        {
            while (ended.Reader.TryRead(out var attempt))
            {
                attempts.Add(attempt);
            }

            if (attempts.Count * 2 >= onTheWay || patience.IsCancellationRequested)
            {
                onTheWay -= attempts.Count;
                return attempts;
            }

            await Task.WhenAny(ended.Reader.WaitToReadAsync().AsTask(), Task.Delay(Gathering));
        }
    }

    private async Task SettleAsync(NpgsqlConnection session, List<Attempt> attempts)
    {
        unsettled.AddRange(attempts);
        released.AddRange(attempts.Select(attempt => attempt.Sending.Text.LockKey));
        if (released.Count == 0)
        {
            return;
        }

        await using (var batch = new NpgsqlBatch(session))
        {
            if (unsettled.Count > 0)
            {
                batch.AddSettlements(unsettled);
            }

            batch.AddUnlocks(released);
            await batch.ExecuteNonQueryAsync(CancellationToken.None);
        }

        unsettled.Clear();
        released.Clear();
        foreach (var attempt in attempts)
        {
            Count(attempt);
            if (attempt.Outcome is SendOutcome.Accepted)
            {
                await reports.Writer.WriteAsync(attempt);
            }
            else
            {
                // Before the next claim: it is not to give more texts to a provider that has just failed so many.
                await ReportAsync(attempt);
            }
        }
    }

    /// <summary>
    /// The session is gone, with its locks. What is on its way goes on, and what comes of it is known here and nowhere
    /// else: it is written down by another session, if the database is back before the leases end.
    /// </summary>
    private async Task RescueAsync()
    {
        while (onTheWay > 0)
        {
            unsettled.AddRange(await GatherAsync());
        }

        var started = Stopwatch.GetTimestamp();
        while (unsettled.Count > 0)
        {
            try
            {
                await using var batch = dataSource.CreateBatch();
                batch.AddSettlements(unsettled);
                await batch.ExecuteNonQueryAsync(CancellationToken.None);
                unsettled.Clear();
            }
            catch (Exception exception)
                when (Outage.Is(exception) && Stopwatch.GetElapsedTime(started) < RescuePatience)
            {
                OutcomesWait(logger, unsettled.Count);
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        }
    }

    // A session goes back to the pool without locks, or not at all.
    private static async Task LetGoAsync(NpgsqlConnection session)
    {
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", session);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            NpgsqlConnection.ClearPool(session);
        }
    }

    private async Task ReportAsync()
    {
        await foreach (var attempt in reports.Reader.ReadAllAsync())
        {
            await ReportAsync(attempt);
        }
    }

    private async Task ReportAsync(Attempt attempt)
    {
        if (attempt.IsStale)
        {
            return;
        }

        try
        {
            await router.ReportAsync(
                attempt.Sending.Verdict.Provider, attempt.Sending.Text.Class, attempt.Outcome, attempt.Took,
                CancellationToken.None);
        }
        catch (Exception exception) when (Outage.Is(exception))
        {
            ReportLost(logger, exception);
        }
    }

    private void Count(DueText text, Verdict verdict)
    {
        if (verdict is Verdict.Drop { IsFault: true } fault)
        {
            TextUnreadable(logger, text.Id, fault.Reason);
        }

        counts += verdict is Verdict.Hold ? new(0, 0, 0, 1, 0) : new(0, 0, 0, 0, 1);
    }

    private void Count(Attempt attempt)
    {
        var (text, settlement) = (attempt.Sending.Text, attempt.Settlement);
        if (settlement.Alarm)
        {
            TextAlarm(logger, text.Id, attempt.Sending.Verdict.Provider.Name, settlement.ErrorCode);
        }

        counts += attempt.Outcome switch
        {
            SendOutcome.Accepted => new(1, 0, 0, 0, 0),
            SendOutcome.Unknown => new(0, 1, 0, 0, 0),
            _ => new(0, 0, 1, 0, 0),
        };
    }

    [LoggerMessage(EventName = "text_unreadable", Level = LogLevel.Error, Message = "{message_id} {reason}")]
    private static partial void TextUnreadable(ILogger logger, Guid message_id, string reason);

    [LoggerMessage(EventName = "text_alarm", Level = LogLevel.Error, Message = "{message_id} {provider} {error_code}")]
    private static partial void TextAlarm(ILogger logger, Guid message_id, string provider, string? error_code);

    [LoggerMessage(EventName = "text_send_faulted", Level = LogLevel.Error, Message = "{message_id}")]
    private static partial void SendFaulted(ILogger logger, Guid message_id, Exception exception);

    [LoggerMessage(EventName = "text_outcomes_wait", Level = LogLevel.Warning, Message = "{waiting}")]
    private static partial void OutcomesWait(ILogger logger, int waiting);

    [LoggerMessage(EventName = "text_report_lost", Level = LogLevel.Warning, Message = "")]
    private static partial void ReportLost(ILogger logger, Exception exception);
}
