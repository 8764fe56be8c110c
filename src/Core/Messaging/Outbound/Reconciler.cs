using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>
/// Asks providers what became of texts that nobody told us the end of, and settles them. It may run anywhere and at any
/// time: what it does not get to waits for the next run, most urgent first.
/// </summary>
public sealed partial class Reconciler(
    NpgsqlDataSource dataSource,
    PhoneCipher cipher,
    TextRouter router,
    StatusLedger ledger,
    OutboxBell bell,
    ILogger<Reconciler> logger)
{
    // After downtime the provider is asked at this pace, and not about everything at once.
    private const int MostPerRun = 600;
    private const int MostAtOnce = 8;
    private const int Portion = 50;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan Alarming = TimeSpan.FromMinutes(60);

    /// <summary>Asks after what is due, until nothing is, or 600 were asked after, or 50 s are over.</summary>
    /// <returns>How many texts were asked after.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await ExpireAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var asked = 0;
        var goesOn = true;
        while (goesOn && asked < MostPerRun && Stopwatch.GetElapsedTime(started) < Budget)
        {
            var texts = await dataSource.TakeUpTo(Portion).ToListAsync(Read, cancellationToken);
            asked += texts.Count;
            goesOn = texts.Count == Portion & await SettleAsync(texts, cancellationToken);
        }

        if (asked > 0)
        {
            TextsReconciled(logger, asked);
        }

        return asked;
    }

    /// <returns>Whether it is worth while to ask on.</returns>
    private async Task<bool> SettleAsync(IReadOnlyCollection<LookedText> texts, CancellationToken cancellationToken)
    {
        var learnt = 0;
        ConcurrentDictionary<string, bool> silent = new();
        ParallelOptions limit = new() { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(texts, limit, async (text, token) =>
        {
            // Each question to a provider that is silent takes its whole time limit, and urgent texts that come to be
            // due meanwhile wait for the end of this run.
            var isSilent = silent.ContainsKey(text.Provider);
            if (isSilent && !text.IsUrgent)
            {
                return;
            }

            var outcome = isSilent ? new LookOutcome.Unavailable("timeout") : await AskAsync(text, token);
            await SettleAsync(text, outcome, token);
            if (outcome is not LookOutcome.Unavailable || text.IsUrgent)
            {
                Interlocked.Increment(ref learnt);
            }

            if (outcome is LookOutcome.Unavailable { Reason: "timeout" })
            {
                silent[text.Provider] = true;
            }
        });
        return learnt > 0;
    }

    private async Task<LookOutcome> AskAsync(LookedText text, CancellationToken cancellationToken)
    {
        if (text.Question is not { } question)
        {
            return new LookOutcome.Unavailable("unreadable");
        }

        if (router.Find(text.Provider) is not { } provider)
        {
            return new LookOutcome.Unavailable("not_configured");
        }

        try
        {
            return await provider.LookAsync(question, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A fault of ours over one text is not to keep the others from being asked after.
            LookFaulted(logger, text.Id, exception);
            return new LookOutcome.Unavailable("fault");
        }
    }

    private async Task SettleAsync(LookedText text, LookOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome is LookOutcome.Found found)
        {
            StatusCallback word = new(
                text.Id, text.Fence, text.Provider, found.ProviderId, found.Status, found.ErrorCode);
            var result = await ledger.RecordAsync(text.Id, "looked", word, cancellationToken);
            if (result is not StatusResult.Kept { State: "accepted" or "sent" })
            {
                return;
            }
        }

        var hasOther = router.Providers.Any(provider => provider.Name != text.Provider);
        if (LookStep.Of(text, outcome, hasOther) is { } step)
        {
            await dataSource.Settlement(text, step).ExecuteAsync(cancellationToken);
            if (text.IsUrgent && step.State == "queued")
            {
                bell.Ring();
            }
        }
        else if (text.IsUnknown && outcome is LookOutcome.Unavailable silent && (text.IsUrgent || text.Age > Alarming))
        {
            TextUnsettled(logger, text.Id, silent.Reason);
        }
    }

    // A dispatcher that died over a text has left it, and the next one may be long in coming.
    private async Task ExpireAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await Settling.ExpireAsync(connection, cancellationToken);
    }

    private LookedText Read(DbDataReader row)
    {
        var text = LookedText.Read(row, cipher, out var fault);
        if (fault is not null)
        {
            LookFaulted(logger, text.Id, fault);
        }

        return text;
    }

    [LoggerMessage(EventName = "texts_reconciled", Level = LogLevel.Information, Message = "{asked}")]
    private static partial void TextsReconciled(ILogger logger, int asked);

    [LoggerMessage(EventName = "text_unsettled", Level = LogLevel.Error, Message = "{message_id} {reason}")]
    private static partial void TextUnsettled(ILogger logger, Guid message_id, string reason);

    [LoggerMessage(EventName = "text_look_faulted", Level = LogLevel.Error, Message = "{message_id}")]
    private static partial void LookFaulted(ILogger logger, Guid message_id, Exception exception);
}
