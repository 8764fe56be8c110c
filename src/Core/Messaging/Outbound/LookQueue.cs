using Npgsql;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>
/// Which texts are to be asked after, most urgent first; taking one puts the next question about it off.
/// </summary>
internal static class LookQueue
{
    // What nobody can say of a text becomes due 20 s after the attempt; what a provider has, when its end should be
    // known. The number's other texts are named, so that none of them is taken for the one that is looked for.
    private const string Take = """
        WITH due AS (
            (SELECT id, priority, greatest(attempted_at, looked_at) AS at FROM outbox
             WHERE state = 'unknown' AND greatest(attempted_at, looked_at) <= now() - interval '20 seconds'
             ORDER BY priority, at LIMIT $1)
            UNION ALL
            (SELECT id, priority, greatest(attempted_at, looked_at) AS at FROM outbox
             WHERE state IN ('accepted', 'sent') AND no_receipt_at IS NULL
                AND priority IN (0, 1) AND greatest(attempted_at, looked_at) <= now() - interval '2 minutes'
             ORDER BY priority, at LIMIT $1)
            UNION ALL
            (SELECT id, priority, greatest(attempted_at, looked_at) AS at FROM outbox
             WHERE state IN ('accepted', 'sent') AND no_receipt_at IS NULL
                AND priority IN (2, 3, 4) AND greatest(attempted_at, looked_at) <= now() - interval '60 minutes'
             ORDER BY priority, at LIMIT $1)
            ORDER BY priority, at
            LIMIT $1
        ), taken AS (
            UPDATE outbox SET looked_at = clock_timestamp()
            FROM due
            WHERE outbox.id = due.id AND greatest(outbox.attempted_at, outbox.looked_at) = due.at
                AND outbox.state IN ('unknown', 'accepted', 'sent')
            RETURNING outbox.*
        )
        SELECT taken.id, class, taken.state, fence, coalesce(provider, ''), provider_id, attempted_at,
            clock_timestamp() - attempted_at,
            EXISTS (
                SELECT FROM message_events AS e
                WHERE e.message_id = taken.id AND e.fence = taken.fence AND reason = 'lease_expired'),
            taken.account_id, taken.phone_ciphertext, taken.phone_key_id, template, variables::text,
            coalesce(member.language, 'en'), coalesce(member.country, subject.country, 'US'),
            CASE WHEN taken.provider_id IS NULL THEN ARRAY(
                SELECT other.provider_id FROM outbox AS other
                WHERE other.phone_hash = taken.phone_hash AND other.provider_id IS NOT NULL
                    AND other.attempted_at > taken.attempted_at - interval '1 hour'
                UNION
                SELECT e.provider_id FROM message_events AS e
                WHERE e.message_id = taken.id AND e.fence < taken.fence AND e.provider_id IS NOT NULL)
            ELSE ARRAY[]::text[] END
        FROM taken
        LEFT JOIN members AS member ON member.id = taken.member_id
        LEFT JOIN alerts AS alert ON alert.id = taken.alert_id
        LEFT JOIN members AS subject ON subject.id = alert.member_id
        ORDER BY priority, attempted_at
        """;

    private const string Settle = """
        WITH text AS (
            UPDATE outbox
            SET state = coalesce($4, state),
                state_at = CASE WHEN $4 IS NULL THEN state_at ELSE clock_timestamp() END,
                due_at = CASE $4 WHEN 'queued' THEN now() ELSE due_at END,
                provider = CASE WHEN $4 = 'queued' THEN NULL ELSE provider END,
                error_code = CASE WHEN $4 IS NULL THEN error_code ELSE 'unconfirmed' END,
                avoid_provider = CASE $5 WHEN 'failed_over' THEN provider ELSE avoid_provider END,
                no_receipt_at = CASE $5 WHEN 'no_receipt' THEN now() END
            WHERE id = $1 AND fence = $2 AND state = $3
            RETURNING id
        )
        INSERT INTO message_events (message_id, kind, fence, provider, provider_id, reason, error_code)
        SELECT id, $5, $2, $6, $7, $8, CASE WHEN $4 = 'failed' THEN 'unconfirmed' END FROM text
        """;

    public static NpgsqlCommand TakeUpTo(this NpgsqlDataSource dataSource, int count) =>
        dataSource.CreateCommand(Take).With(count);

    /// <summary>Does nothing when the text has moved since it was taken.</summary>
    public static NpgsqlBatch Settlement(this NpgsqlDataSource dataSource, LookedText text, LookStep step)
    {
        var batch = dataSource.CreateBatch();
        batch.Command(Settle)
            .With(text.Id).With(text.Fence).With(text.State).With(step.State).With(step.Event)
            .With(text.Provider).With(text.ProviderId).With(step.Reason);
        return batch;
    }
}
