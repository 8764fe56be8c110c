using System.Data.Common;
using System.Text.Json;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Messaging.Templates;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Messaging.Messages;

/// <summary>The messages that an account's clinicians send, and what became of its texts.</summary>
public sealed class MessageBook(NpgsqlDataSource dataSource, PhoneCipher cipher)
{
    private const string Columns = """
        id, member_id, template, class, state, due_at, expires_at, created_at, state_at, provider, error_code
        """;

    /// <summary>
    /// Queues a message, with its audit entry, in one statement. Whether the number opted out and whether it is night
    /// where the member lives is judged when it is sent, not here: both may change until then.
    /// $1 account, $2 member, $3 class, $4 template, $5 variables, $6 the moment it speaks of, $7 key, $8 actor.
    /// </summary>
    private const string Queue = $"""
        WITH text AS (
            INSERT INTO outbox (
                account_id, member_id, class, template, variables, expires_at, dedup_key,
                phone_ciphertext, phone_key_id, phone_hash)
            SELECT account_id, id, $3, $4, $5::jsonb, $6 AT TIME ZONE timezone, $7,
                phone_ciphertext, phone_key_id, phone_hash
            FROM members
            WHERE id = $2 AND account_id = $1 AND state <> 'discharged'
            ON CONFLICT (dedup_key) DO NOTHING
            RETURNING {Columns}
        ), audit AS (
            INSERT INTO audit_log (account_id, actor, action, subject_id) SELECT $1, $8, 'message.queued', id FROM text
        )
        SELECT {Columns} FROM text
        """;

    /// <summary>Why <see cref="Queue"/> wrote nothing.</summary>
    private const string Explain = """
        SELECT member.state, earlier.id, earlier.is_same
        FROM (VALUES (1)) AS one
        LEFT JOIN (SELECT state FROM members WHERE id = $2 AND account_id = $1) AS member ON true
        LEFT JOIN (
            SELECT id, member_id = $2 AND template = $3 AND variables = $4::jsonb AS is_same
            FROM outbox WHERE dedup_key = $5
        ) AS earlier ON true
        """;

    /// <summary>Takes a message in, or answers the earlier one of the same key.</summary>
    /// <param name="idempotencyKey">
    /// 1–128 visible ASCII characters, or null. Clinicians of an account share theirs.
    /// </param>
    /// <exception cref="NpgsqlException">
    /// The database cannot be reached; nothing was written, or it was committed.
    /// </exception>
    public async Task<Posting> PostAsync(
        Caller caller, NewMessage message, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var template = MessageTemplates.Find(message.Template) ?? throw new UnknownTemplateException(message.Template);
        var textClass = JsonNamingPolicy.SnakeCaseLower.ConvertName(template.Class.ToString());
        var variables = JsonSerializer.Serialize(
            message.Variables, MessagingJson.Default.IReadOnlyDictionaryStringString);
        var key = idempotencyKey is null
            ? null
            : $"message:{Convert.ToHexStringLower(cipher.Hash($"message|{caller.AccountId}|{idempotencyKey}"))}";
        var queued = await dataSource.CreateCommand(Queue)
            .With(caller.AccountId).With(message.MemberId).With(textClass).With(message.Template).With(variables)
            .With(message.LocalMoment).With(key).With(caller.Actor)
            .FirstAsync(row => Read(row, [Queued(row)]), cancellationToken);
        return queued is not null
            ? new Posting.Queued(queued)
            : await ExplainAsync(caller, message, variables, key, cancellationToken);
    }

    /// <summary>A text of the account; null when there is none, or it answered a text that came in.</summary>
    public async Task<Message?> FindAsync(Caller caller, Guid messageId, CancellationToken cancellationToken)
    {
        var history = await dataSource.CreateCommand("""
            SELECT e.at, e.kind, e.provider, e.status, e.error_code, e.reason
            FROM message_events e JOIN outbox ON outbox.id = e.message_id
            WHERE e.message_id = $1 AND outbox.account_id = $2
            ORDER BY e.id
            """)
            .With(messageId).With(caller.AccountId)
            .ToListAsync(
                row => new MessageEvent(
                    row.GetDateTime(0), row.GetString(1), row.GetNullable<string>(2), row.GetNullable<string>(3),
                    row.GetNullable<string>(4), row.GetNullable<string>(5)),
                cancellationToken);
        return await dataSource.CreateCommand("""
            SELECT o.id, coalesce(o.member_id, alerts.member_id), o.template, o.class, o.state, o.due_at, o.expires_at,
                o.created_at, o.state_at, o.provider, o.error_code
            FROM outbox o LEFT JOIN alerts ON alerts.id = o.alert_id
            WHERE o.id = $1 AND o.account_id = $2 AND o.class <> 'reply'
            """)
            .With(messageId).With(caller.AccountId)
            .FirstAsync(row => Read(row, [Queued(row), .. history]), cancellationToken);
    }

    private async Task<Posting> ExplainAsync(
        Caller caller, NewMessage message, string variables, string? key, CancellationToken cancellationToken)
    {
        var (state, earlier, isSame) = (await dataSource.CreateCommand(Explain)
            .With(caller.AccountId).With(message.MemberId).With(message.Template).With(variables).With(key)
            .ToListAsync(
                row => (row.GetNullable<string>(0), row.IsDBNull(1) ? (Guid?)null : row.GetGuid(1),
                    !row.IsDBNull(2) && row.GetBoolean(2)),
                cancellationToken))[0];
        return (state, earlier, isSame) switch
        {
            (_, { } id, true) => new Posting.Replayed(
                await FindAsync(caller, id, cancellationToken)
                ?? throw new InvalidOperationException("a message does not vanish")),
            (_, not null, false) => new Posting.KeyReused(),
            (null, _, _) => new Posting.MemberUnknown(),
            _ => new Posting.MemberDischarged(),
        };
    }

    // The row itself says when it was queued.
    private static MessageEvent Queued(DbDataReader row) => new(row.GetDateTime(7), "queued", null, null, null, null);

    private static Message Read(DbDataReader row, IReadOnlyList<MessageEvent> history) => new(
        row.GetGuid(0),
        row.GetGuid(1),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        row.GetDateTime(5),
        row.IsDBNull(6) ? null : row.GetDateTime(6),
        row.GetDateTime(7),
        row.GetDateTime(8),
        row.GetNullable<string>(9),
        row.GetNullable<string>(10),
        history);
}
