using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>An attempt that ended.</summary>
/// <param name="IsStale">It was not made: its lease was too old.</param>
internal sealed record Attempt(
    Sending Sending, SendOutcome Outcome, Settlement Settlement, TimeSpan Took, bool IsStale);

/// <summary>The statements that write down what came of attempts, many at once.</summary>
internal static class Settling
{
    // A row changes while it bears the attempt's fence and nothing newer is known of it: a callback may have been
    // faster than the answer. Its history takes in every word, also one that came too late for the row.
    private const string Settle = """
        WITH attempt AS (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS attempt (
                id, fence, state, wait, event, provider, provider_id, status, error_code, avoid_provider)
        ), text AS (
            UPDATE outbox
            SET state = attempt.state,
                state_at = clock_timestamp(),
                due_at = coalesce(clock_timestamp() + make_interval(secs => attempt.wait), outbox.due_at),
                provider_id = attempt.provider_id,
                error_code = attempt.error_code,
                avoid_provider = attempt.avoid_provider,
                leased_until = NULL
            FROM attempt
            WHERE outbox.id = attempt.id AND outbox.fence = attempt.fence
                AND (outbox.state IN ('sending', 'unknown')
                    -- Given up as lost by the reconciler, and not failed by the provider's own word.
                    OR (outbox.state IN ('queued', 'failed') AND outbox.error_code = 'unconfirmed'
                        AND attempt.state = 'accepted'))
        )
        INSERT INTO message_events (message_id, fence, kind, provider, provider_id, status, error_code)
        SELECT id, fence, event, provider, provider_id, status, error_code FROM attempt
        """;

    private const string OptOut = """
        INSERT INTO opt_outs (phone_hash, status, message_sid)
        SELECT DISTINCT phone_hash, 'stopped', 'provider' FROM unnest($1) AS refused (phone_hash)
        ON CONFLICT (phone_hash) DO UPDATE
        SET status = EXCLUDED.status, message_sid = EXCLUDED.message_sid, changed_at = now()
        """;

    // A dispatcher died, or lost the database for longer than its lease. Whether the provider has the text is not
    // known.
    private const string Expire = """
        WITH text AS (
            UPDATE outbox SET state = 'unknown', state_at = clock_timestamp(), error_code = 'lease_expired'
            WHERE id IN (
                SELECT id FROM outbox
                WHERE state = 'sending' AND leased_until < now()
                LIMIT 1000
                FOR NO KEY UPDATE SKIP LOCKED)
            RETURNING id, fence, provider
        )
        INSERT INTO message_events (message_id, fence, kind, provider, reason)
        SELECT id, fence, 'unknown', provider, 'lease_expired' FROM text
        """;

    public static void AddSettlements(this NpgsqlBatch batch, IReadOnlyCollection<Attempt> attempts)
    {
        batch.Command(Settle)
            .With(attempts.Select(attempt => attempt.Sending.Text.Id).ToArray())
            .With(attempts.Select(attempt => attempt.Sending.Fence).ToArray())
            .With(attempts.Select(attempt => attempt.Settlement.State).ToArray())
            .With(attempts.Select(attempt => attempt.Settlement.Wait?.TotalSeconds).ToArray())
            .With(attempts.Select(attempt => attempt.Settlement.Event).ToArray())
            .With(attempts.Select(attempt => attempt.Sending.Verdict.Provider.Name).ToArray())
            .With(attempts.Select(attempt => attempt.Settlement.ProviderId).ToArray())
            .With(attempts.Select(attempt => attempt.Settlement.Status).ToArray())
            .With(attempts.Select(attempt => attempt.Settlement.ErrorCode).ToArray())
            .With(attempts.Select(attempt => attempt.Settlement.AvoidProvider).ToArray());
        var optedOut = attempts.Where(attempt => attempt.Settlement.OptsOut)
            .Select(attempt => attempt.Sending.Text.Phone.Hash);
        if (optedOut.ToArray() is { Length: > 0 } hashes)
        {
            batch.Command(OptOut).With(hashes);
        }
    }

    /// <summary>Lets go of numbers' locks that this session shares.</summary>
    public static void AddUnlocks(this NpgsqlBatch batch, IReadOnlyCollection<long> keys) =>
        batch.Command("SELECT count(pg_advisory_unlock_shared(key)) FROM unnest($1) AS held (key)")
            .With(keys.ToArray());

    /// <returns>How many leases had run out.</returns>
    public static async Task<int> ExpireAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Expire, connection);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
