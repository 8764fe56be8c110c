using System.Text.Json;
using Npgsql;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>
/// Texts that wait to be sent. They are written by the transaction that causes them: there is no cause without its
/// text, and no text without its cause. Ring the <see cref="OutboxBell"/> after the commit where one is urgent.
/// </summary>
public static class Outbox
{
    /// <summary>
    /// Adds the statement that queues a text to a member of the account; its one row is the text's id. No row: there is
    /// no such member, the member is discharged, or the text's key is taken.
    /// </summary>
    public static NpgsqlBatchCommand Queue(this NpgsqlBatch batch, Guid accountId, Guid memberId, QueuedText text) =>
        batch.Command("""
            INSERT INTO outbox (
                account_id, member_id, class, template, variables, due_at, expires_at, dedup_key,
                phone_ciphertext, phone_key_id, phone_hash)
            SELECT account_id, id, $3, $4, $5::jsonb, greatest(now(), $6), $7, $8,
                phone_ciphertext, phone_key_id, phone_hash
            FROM members
            WHERE account_id = $1 AND id = $2 AND state <> 'discharged'
            ON CONFLICT (dedup_key) DO NOTHING
            RETURNING id
            """)
            .With(accountId).With(memberId)
            .With(JsonNamingPolicy.SnakeCaseLower.ConvertName(text.Class.ToString())).With(text.Template)
            .With(JsonSerializer.Serialize(text.Variables, MessagingJson.Default.IReadOnlyDictionaryStringString))
            .With(text.DueAt?.UtcDateTime).With(text.ExpiresAt?.UtcDateTime)
            .With(text.DedupKey);
}
