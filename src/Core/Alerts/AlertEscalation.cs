using Npgsql;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Alerts;

/// <summary>
/// Sees to it that an open alert reaches somebody. Opening it queued a text to each contact, five minutes apart; this
/// brings the next one forward where a text came to nothing, follows changes of the roster, and asks everybody again,
/// at most <see cref="EscalationSql.Rounds"/> times.
/// </summary>
public sealed class AlertEscalation(NpgsqlDataSource dataSource)
{
    private const int AtOnce = 200;

    /// <summary>
    /// Locks open alerts, so that an acknowledgement comes before or after all of this. The ids rise with time
    /// (UUIDv7), and so bound the search. $1 the id to go on after, $2 how many.
    /// </summary>
    private const string Open = $"""
        SELECT id FROM alerts
        WHERE id > greatest($1, (
                lpad(to_hex((extract(epoch FROM now() - {EscalationSql.Horizon}) * 1000)::bigint), 12, '0')
                || '70000000000000000000')::uuid)
            AND status = 'open' AND kind IN ('risk', 'safety')
        ORDER BY id
        LIMIT $2
        FOR NO KEY UPDATE SKIP LOCKED
        """;

    /// <summary>Nobody is texted who is not on call any more.</summary>
    private const string CancelOffCall = """
        WITH canceled AS (
            UPDATE outbox SET state = 'canceled', state_at = now()
            WHERE alert_id = ANY ($1) AND state = 'queued'
                AND NOT EXISTS (
                    SELECT FROM on_call_contacts c
                    WHERE c.account_id = outbox.account_id AND c.phone_hash = outbox.phone_hash)
            RETURNING id, fence
        )
        INSERT INTO message_events (message_id, kind, fence, reason)
        SELECT id, 'canceled', fence, 'off_call' FROM canceled
        """;

    /// <summary>Who came on call after the alert opened is texted after the others.</summary>
    private const string AddContacts = $"""
        {NewTexts}, greatest(now(), last.due_at + {EscalationSql.Turn})
                + (row_number() OVER (PARTITION BY alerts.id ORDER BY c.position) - 1) * {EscalationSql.Turn}
            FROM alerts JOIN on_call_contacts c USING (account_id), LATERAL (
                SELECT max(due_at) AS due_at FROM outbox WHERE alert_id = alerts.id AND state <> 'canceled') AS last
            WHERE alerts.id = ANY ($1)
                AND NOT EXISTS (
                    SELECT FROM outbox
                    WHERE alert_id = alerts.id AND phone_hash = c.phone_hash AND state <> 'canceled')
            RETURNING id
        )
        INSERT INTO message_events (message_id, kind, fence, reason) SELECT id, 'queued', 0, 'came_on_call' FROM texts
        """;

    /// <summary>A text that reached nobody does not keep the next contact waiting; the others move up too.</summary>
    private const string BringForward = """
        WITH texts AS (
            SELECT id, alert_id, state, due_at, row_number() OVER (PARTITION BY alert_id ORDER BY due_at, id) AS turn
            FROM outbox WHERE alert_id = ANY ($1) AND state <> 'canceled'
        ), next AS (
            SELECT DISTINCT ON (alert_id) alert_id, due_at, turn FROM texts
            WHERE state = 'queued' ORDER BY alert_id, turn
        ), moved AS (
            UPDATE outbox SET due_at = outbox.due_at - (next.due_at - now())
            FROM next JOIN texts AS before ON before.alert_id = next.alert_id AND before.turn = next.turn - 1
            WHERE next.due_at > now()
                AND before.state IN ('suppressed', 'failed', 'undelivered', 'expired')
                AND outbox.alert_id = next.alert_id AND outbox.state = 'queued' AND outbox.due_at >= next.due_at
            RETURNING outbox.id, outbox.fence
        )
        INSERT INTO message_events (message_id, kind, fence, reason)
        SELECT id, 'brought_forward', fence, 'text_before_failed' FROM moved
        """;

    /// <summary>All were texted, time has passed, and nobody acknowledged.</summary>
    private const string RepeatRound = $"""
        {NewTexts}, {EscalationSql.DueAt}
            FROM alerts JOIN on_call_contacts c USING (account_id), LATERAL (
                SELECT max(due_at) AS due_at, bool_or(state IN ('queued', 'sending')) AS is_going_on,
                    (SELECT max(times) FROM (
                        SELECT count(*) AS times FROM outbox
                        WHERE alert_id = alerts.id AND state <> 'canceled' GROUP BY phone_hash) AS contact) AS rounds
                FROM outbox WHERE alert_id = alerts.id) AS last
            WHERE alerts.id = ANY ($1)
                AND last.due_at <= now() - {EscalationSql.Pause} AND NOT last.is_going_on
                AND last.rounds < {EscalationSql.Rounds}
            ORDER BY position
            RETURNING id
        )
        INSERT INTO message_events (message_id, kind, fence, reason) SELECT id, 'queued', 0, 'asked_again' FROM texts
        """;

    private const string NewTexts = """
        WITH texts AS (
            INSERT INTO outbox (
                account_id, alert_id, class, template, phone_ciphertext, phone_key_id, phone_hash, due_at)
            SELECT alerts.account_id, alerts.id,
                CASE severity WHEN 'critical' THEN 'crisis' ELSE 'alert' END, kind || '_alert',
                c.phone_ciphertext, c.phone_key_id, c.phone_hash
        """;

    /// <summary>Looks at every open alert of the last day.</summary>
    /// <returns>How many texts were queued, brought forward or canceled.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var (changed, last) = (0, (Guid?)Guid.Empty);
        while (last is { } after)
        {
            (var more, last) = await StepAsync(after, cancellationToken);
            changed += more;
        }

        return changed;
    }

    private async Task<(int Changed, Guid? Last)> StepAsync(Guid after, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        List<Guid> alerts = [];
        await using (var open = new NpgsqlCommand(Open, connection).With(after).With(AtOnce))
        {
            await using var reader = await open.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                alerts.Add(reader.GetGuid(0));
            }
        }

        if (alerts.Count == 0)
        {
            return (0, null);
        }

        await using var batch = new NpgsqlBatch(connection);
        Guid[] ids = [.. alerts];
        batch.Command(CancelOffCall).With(ids);
        batch.Command(AddContacts).With(ids);
        batch.Command(BringForward).With(ids);
        batch.Command(RepeatRound).With(ids);
        var changed = await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (changed, alerts.Count < AtOnce ? null : alerts[^1]);
    }
}
