using Npgsql;
using RecoveryOS.Core.Alerts;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.CrisisScreens;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Replies;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Core.Risks;

namespace RecoveryOS.Core.Messaging.Inbound;

/// <summary>The statements of one text's transaction.</summary>
internal sealed class InboxLedger(NpgsqlConnection connection, PhoneCipher cipher, byte[] phoneHash)
{
    /// <summary>
    /// False when the text was claimed before. A copy at the same moment waits here for the first to end.
    /// </summary>
    public async Task<bool> ClaimAsync(InboundText text, CancellationToken cancellationToken)
    {
        await using var command = Command(
            "INSERT INTO inbound_texts (message_sid, phone_hash) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .With(text.MessageSid).With(phoneHash);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    public async Task<string?> EarlierReplyAsync(InboundText text, CancellationToken cancellationToken)
    {
        await using var command = Command("SELECT reply FROM inbound_texts WHERE message_sid = $1")
            .With(text.MessageSid);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>Who is enrolled with the number, newest first, each locked: a member's texts take turns.</summary>
    public async Task<List<Sender>> SendersAsync(CancellationToken cancellationToken)
    {
        // The lock comes in a statement of its own, so that the next one sees what the text before this one left.
        await using var batch = new NpgsqlBatch(connection);
        batch.Command("""
            SELECT FROM members WHERE phone_hash = $1 AND state <> 'discharged' ORDER BY id DESC FOR NO KEY UPDATE
            """).With(phoneHash);
        batch.Command("""
            SELECT id, m.account_id, language, country,
                (SELECT state::text FROM dialogues
                 WHERE member_id = m.id AND updated_at > clock_timestamp() - interval '4 hours')
            FROM members m
            WHERE phone_hash = $1 AND m.state <> 'discharged'
            ORDER BY id DESC
            """).With(phoneHash);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        List<Sender> senders = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            senders.Add(new(
                reader.GetGuid(0),
                reader.GetGuid(1),
                new Locale(reader.GetString(2), reader.GetString(3)),
                Dialogue.Parse(reader.GetNullable<string>(4))));
        }

        return senders;
    }

    /// <summary>stopped, paused or started; null when the ledger does not know the number.</summary>
    public async Task<string?> OptOutAsync(CancellationToken cancellationToken)
    {
        await using var command = Command("SELECT status FROM opt_outs WHERE phone_hash = $1").With(phoneHash);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>
    /// A stop waits for the texts that are on their way to the number, and lets none begin, until the commit.
    /// </summary>
    public async Task SetOptOutAsync(string status, InboundText text, CancellationToken cancellationToken)
    {
        if (status == "stopped")
        {
            await ExecuteAsync(
                Command("SELECT pg_advisory_xact_lock($1)").With(NumberLock.Key(phoneHash)), cancellationToken);
        }

        await ExecuteAsync(
            Command("""
                INSERT INTO opt_outs (phone_hash, status, message_sid) VALUES ($1, $2, $3)
                ON CONFLICT (phone_hash) DO UPDATE
                SET status = EXCLUDED.status, message_sid = EXCLUDED.message_sid, changed_at = now()
                """).With(phoneHash).With(status).With(text.MessageSid),
            cancellationToken);
    }

    /// <summary>Once a day, by the database's clock.</summary>
    public async Task<bool> MayAnswerUnknownAsync(CancellationToken cancellationToken)
    {
        await using var command = Command("""
            INSERT INTO unknown_numbers (phone_hash, answered_on) VALUES ($1, current_date)
            ON CONFLICT (phone_hash) DO UPDATE SET answered_on = current_date
            WHERE unknown_numbers.answered_on < current_date
            """).With(phoneHash);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>
    /// Opens the alert and queues a text to each on-call contact, in turn; a crisis before everything else.
    /// </summary>
    public Task OpenSafetyAlertAsync(
        Sender member, CrisisPriority priority, CancellationToken cancellationToken) => ExecuteAsync(
        Command($"""
            WITH alert AS (
                INSERT INTO alerts (account_id, member_id, kind, severity) VALUES ($1, $2, 'safety', $3) RETURNING id
            ), texts AS (
                INSERT INTO outbox (
                    account_id, alert_id, class, template, due_at, phone_ciphertext, phone_key_id, phone_hash)
                SELECT $1, alert.id, $4, 'safety_alert', {EscalationSql.DueAt},
                    phone_ciphertext, phone_key_id, phone_hash
                FROM alert JOIN on_call_contacts ON account_id = $1
                ORDER BY position
            )
            INSERT INTO audit_log (account_id, actor, action, subject_id)
            SELECT $1, 'member:sms', 'alert.opened', id FROM alert
            """)
            .With(member.AccountId).With(member.Id)
            .With(priority == CrisisPriority.Critical ? "critical" : "high")
            .With(priority == CrisisPriority.Critical ? "crisis" : "alert"),
        cancellationToken);

    /// <summary>One open alert is enough to bring a person to what the member wrote.</summary>
    public Task OpenEngagementAlertAsync(Sender member, CancellationToken cancellationToken) => ExecuteAsync(
        Command("""
            WITH alert AS (
                INSERT INTO alerts (account_id, member_id, kind, severity)
                SELECT $1, $2, 'engagement', 'medium'
                WHERE NOT EXISTS (
                    SELECT FROM alerts WHERE member_id = $2 AND kind = 'engagement' AND status = 'open')
                RETURNING id
            )
            INSERT INTO audit_log (account_id, actor, action, subject_id)
            SELECT $1, 'member:sms', 'alert.opened', id FROM alert
            """).With(member.AccountId).With(member.Id),
        cancellationToken);

    public Task SetDialogueAsync(Sender member, Dialogue? dialogue, CancellationToken cancellationToken) =>
        (dialogue, member.Dialogue) switch
        {
            (null, null) => Task.CompletedTask,
            (null, _) => ExecuteAsync(
                Command("DELETE FROM dialogues WHERE member_id = $1").With(member.Id), cancellationToken),
            _ => ExecuteAsync(
                Command("""
                    INSERT INTO dialogues (member_id, account_id, state) VALUES ($1, $2, $3::jsonb)
                    ON CONFLICT (member_id) DO UPDATE SET state = EXCLUDED.state, updated_at = clock_timestamp()
                    """).With(member.Id).With(member.AccountId).With(dialogue.ToJson()),
                cancellationToken),
        };

    /// <summary>What the text was, and for a member the text itself, sealed.</summary>
    public Task RecordAsync(
        InboundText text, TextPlan plan, Sender? sender, string? reply, CancellationToken cancellationToken)
    {
        (byte[] Ciphertext, string KeyId)? body = sender is null ? null : cipher.SealText(sender.AccountId, text.Body);
        return ExecuteAsync(
            Command("""
                UPDATE inbound_texts
                SET account_id = $2, member_id = $3, body_ciphertext = $4, body_key_id = $5, outcome = $6,
                    crisis_rule = $7, crisis_rule_set = $8, reply = $9
                WHERE message_sid = $1
                """)
                .With(text.MessageSid).With(sender?.AccountId).With(sender?.Id)
                .With(body?.Ciphertext).With(body?.KeyId).With(plan.Outcome)
                .With(plan.Crisis?.RuleId).With(plan.Crisis?.RuleSetVersion).With(reply),
            cancellationToken);
    }

    public Task QueueReplyAsync(Sender member, ReplyName name, CancellationToken cancellationToken) => ExecuteAsync(
        Command("""
            INSERT INTO outbox (account_id, member_id, class, template, phone_ciphertext, phone_key_id, phone_hash)
            SELECT account_id, id, 'reply', $2, phone_ciphertext, phone_key_id, phone_hash FROM members WHERE id = $1
            """).With(member.Id).With($"reply_{SnakeCase(name)}"),
        cancellationToken);

    private static string SnakeCase(ReplyName name) =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name.ToString());

    private NpgsqlCommand Command(string sql) => new(sql, connection);

    private static async Task ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
