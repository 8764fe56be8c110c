using Npgsql;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>
/// What a provider said of a text, as one batch: one round trip, one transaction. The text's row is locked by a
/// statement of its own, so that the next one sees what words that came at the same moment left.
/// </summary>
internal static class StatusStatement
{
    private const string LockText = "SELECT FROM outbox WHERE id = $1 FOR NO KEY UPDATE";

    // Who asked for texts again after this one was tried is not stopped by what is said of it.
    private const string OptOut = """
        INSERT INTO opt_outs (phone_hash, status, message_sid)
        SELECT phone_hash, 'stopped', $2 FROM outbox WHERE id = $1
        ON CONFLICT (phone_hash) DO UPDATE SET status = 'stopped', message_sid = $2, changed_at = now()
        WHERE opt_outs.changed_at < (SELECT coalesce(attempted_at, created_at) FROM outbox WHERE id = $1)
        """;

    // $1 message, $2 attempt, $3 kind, $4 provider, $5 its id, $6 its word, $7 error code, $8 the state that the word
    // stands for, $9 states by rank; of the failure's rule: $10 seconds to wait before each further try, $11 the lowest
    // priority that is tried again, $12 seconds before it goes by another provider, $13 the lowest priority that does.
    private const string Record = """
        WITH target AS (
            SELECT id, state, fence, priority, expires_at, coalesce($2, fence) AS attempt,
                array_position($9, state::text) AS rank, array_position($9, $8) AS new_rank,
                $8 IN ('canceled', 'failed', 'undelivered') AS fails
            FROM outbox WHERE id = $1
        ), event AS (
            INSERT INTO message_events (message_id, kind, fence, provider, provider_id, status, error_code)
            SELECT id, $3, attempt, $4, $5, $6, $7 FROM target
            ON CONFLICT DO NOTHING
            RETURNING message_id
        ), earlier AS (
            SELECT
                bool_or(e.fence = attempt
                    AND (kind = 'refused' OR said IN ('canceled', 'failed', 'undelivered'))) AS failed,
                bool_or(e.fence = attempt AND said <> $8) AS contradicts,
                bool_or(kind = 'failed_over') AS failed_over,
                count(*) FILTER (WHERE kind = 'retry' AND reason = 'undelivered')::int AS retries
            FROM target
            JOIN message_events e ON e.message_id = target.id
            CROSS JOIN LATERAL (SELECT CASE
                WHEN kind NOT IN ('callback', 'looked') THEN NULL
                WHEN status = 'read' THEN 'delivered'
                WHEN status IN ('delivered', 'canceled', 'failed', 'undelivered') THEN status
            END AS said) word
        ), choice AS (
            SELECT target.*, contradicts,
                fails AND attempt = fence AND new_rank > rank AND state <> 'queued'
                    AND rank < array_position($9, 'canceled') AS may_go_on,
                CASE WHEN priority <= $13 AND failed_over IS NOT TRUE
                    THEN now() + make_interval(secs => $12) END AS fail_over_at,
                CASE WHEN priority <= $11
                    THEN now() + make_interval(secs => $10[1 + coalesce(retries, 0)]) END AS retry_at,
                coalesce(failed, false) AS failed
            FROM target JOIN event ON TRUE CROSS JOIN earlier
        ), decision AS (
            SELECT *, CASE
                WHEN may_go_on AND fail_over_at IS NOT NULL AND (expires_at > fail_over_at) IS NOT FALSE
                    THEN 'failed_over'
                WHEN may_go_on AND retry_at IS NOT NULL AND (expires_at > retry_at) IS NOT FALSE THEN 'retry'
                WHEN new_rank >= array_position($9, 'canceled') AND contradicts THEN 'conflict'
            END AS follows
            FROM choice
        ), step AS (
            SELECT *, CASE
                WHEN $8 = 'delivered' THEN 'delivered'
                WHEN attempt <> fence OR new_rank <= rank THEN state::text
                WHEN state = 'queued' AND (fails OR failed) THEN state::text
                WHEN follows IN ('failed_over', 'retry') THEN 'queued'
                ELSE $8
            END AS next
            FROM decision
        ), moved AS (
            UPDATE outbox o
            SET state = next,
                state_at = clock_timestamp(),
                provider = CASE WHEN next <> 'queued' THEN $4 END,
                provider_id = CASE WHEN next <> 'queued' THEN $5 END,
                error_code = CASE WHEN fails THEN $7 END,
                leased_until = NULL,
                looked_at = CASE WHEN next <> 'queued' THEN o.looked_at END,
                dispatched_at = coalesce(dispatched_at, now()),
                due_at = CASE follows WHEN 'retry' THEN retry_at WHEN 'failed_over' THEN fail_over_at ELSE due_at END,
                avoid_provider = CASE follows WHEN 'failed_over' THEN $4 ELSE avoid_provider END
            FROM step WHERE o.id = step.id AND next <> o.state
        ), history AS (
            INSERT INTO message_events (message_id, kind, fence, provider, provider_id, status, error_code, reason)
            SELECT id, follows, attempt, $4, $5, $6, $7, CASE WHEN follows <> 'conflict' THEN 'undelivered' END
            FROM step WHERE follows IS NOT NULL
        )
        SELECT target.state, step.next FROM target LEFT JOIN step ON TRUE
        """;

    /// <param name="messageId">Ours.</param>
    /// <param name="kind"><c>callback</c> or <c>looked</c>.</param>
    /// <param name="word">What was said.</param>
    /// <param name="rule">What follows if it is a failure.</param>
    public static NpgsqlBatch Bind(
        NpgsqlBatch batch, Guid messageId, string kind, StatusCallback word, FailureRule rule)
    {
        var state = DeliveryWords.StateOf(word.Status);
        if (DeliveryWords.IsFailure(state) && rule.IsConsent)
        {
            batch.Command(OptOut).With(messageId).With(word.ProviderId);
        }

        batch.Command(LockText).With(messageId);
        batch.Command(Record)
            .With(messageId).With(word.Attempt).With(kind)
            .With(word.Provider).With(word.ProviderId).With(word.Status).With(word.ErrorCode)
            .With(state).With(DeliveryWords.Ranks.ToArray())
            .With(rule.RetrySeconds.ToArray()).With((short?)rule.RetryUpTo)
            .With(rule.FailoverSeconds).With((short?)rule.FailoverUpTo);
        return batch;
    }
}
