using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>
/// Keeps what providers say of our texts, each word once, and moves the texts' states: only up, so that words may come
/// in any order and more than once.
/// </summary>
public sealed partial class StatusLedger(
    NpgsqlDataSource dataSource, TextRouter router, ILogger<StatusLedger> logger)
{
    /// <summary>Takes a status callback.</summary>
    /// <exception cref="NpgsqlException">
    /// The database cannot be reached; whether the word is kept is unknown.
    /// </exception>
    /// <exception cref="TimeoutException">It does not answer; whether the word is kept is unknown.</exception>
    public async Task<StatusResult> ReceiveAsync(StatusCallback callback, CancellationToken cancellationToken)
    {
        var known = callback.MessageId is null ? await FindAsync(callback, cancellationToken) : callback;
        var result = known is { MessageId: { } messageId }
            ? await RecordAsync(messageId, "callback", known, cancellationToken)
            : new StatusResult.NotOurs();
        StatusReceived(logger, Name(result), known.MessageId);
        return result;
    }

    /// <summary>Takes what a provider answered when it was asked.</summary>
    internal async Task<StatusResult> RecordAsync(
        Guid messageId, string kind, StatusCallback word, CancellationToken cancellationToken)
    {
        var hasOther = router.Providers.Any(provider => provider.Name != word.Provider);
        var rule = FailureRule.Of(word.Provider, word.ErrorCode, hasOther);
        var batch = StatusStatement.Bind(dataSource.CreateBatch(), messageId, kind, word, rule);
        var result = await Queries.WithPatienceAsync(ReadAsync(batch, cancellationToken), cancellationToken);
        if (rule.IsAlarm && DeliveryWords.IsFailure(DeliveryWords.StateOf(word.Status)) && result is StatusResult.Kept)
        {
            TextNeedsAttention(logger, messageId, word.ErrorCode);
        }

        return result;
    }

    private static async Task<StatusResult> ReadAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        await using (batch)
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            // The answer is that of the last statement.
            for (var i = 1; i < batch.BatchCommands.Count; i++)
            {
                await reader.NextResultAsync(cancellationToken);
            }

            if (!await reader.ReadAsync(cancellationToken))
            {
                return new StatusResult.NotOurs();
            }

            return reader.GetNullable<string>(1) is { } next
                ? new StatusResult.Kept(reader.GetString(0), next)
                : new StatusResult.Repeated();
        }
    }

    // A callback set up at the provider and not by us says only the provider's id.
    private async Task<StatusCallback> FindAsync(StatusCallback callback, CancellationToken cancellationToken)
    {
        var command = dataSource.CreateCommand("""
            SELECT message_id, fence FROM message_events WHERE provider_id = $1 AND provider = $2 ORDER BY id LIMIT 1
            """).With(callback.ProviderId).With(callback.Provider);
        return await command.FirstAsync(
            row => callback with { MessageId = row.GetGuid(0), Attempt = row.GetInt64(1) },
            cancellationToken) ?? callback;
    }

    private static string Name(StatusResult result) => result switch
    {
        StatusResult.Kept kept => kept.State,
        StatusResult.Repeated => "repeated",
        _ => "not_ours",
    };

    [LoggerMessage(EventName = "status_received", Level = LogLevel.Information, Message = "{result} {message_id}")]
    private static partial void StatusReceived(ILogger logger, string result, Guid? message_id);

    [LoggerMessage(EventName = "text_needs_attention", Level = LogLevel.Error, Message = "{message_id} {error_code}")]
    private static partial void TextNeedsAttention(ILogger logger, Guid message_id, string? error_code);
}
