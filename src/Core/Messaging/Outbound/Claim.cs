using System.Data.Common;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Core.Risks;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>
/// Takes texts out of the queue, in one transaction: it locks rows that are due and that nobody else has, shares the
/// locks of their numbers, judges and opens them, and marks those that go as sending under a lease. Killed before the
/// commit, it has taken nothing. The opt-out ledger is read again by the last statement, whose snapshot is younger than
/// the locks: a STOP that was committed while this waited is seen, and none can be committed until the locks are let
/// go.
/// </summary>
internal sealed class Claim(NpgsqlConnection connection, PhoneCipher cipher, TextRouter router)
{
    /// <summary>Longer than a provider takes to answer, with time to write the answer down.</summary>
    public const int LeaseSeconds = 30;

    private const int Most = 64;

    // Statistics of a table that fills and empties all day are wrong all day; the index is right at any size.
    private const string ByIndex =
        "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)";

    private static readonly string Urgent = Due(TextClass.Reply);
    private static readonly string All = Due(TextClass.Reminder);

    private const string Send = """
        UPDATE outbox
        SET state = 'sending', state_at = clock_timestamp(), fence = nextval('outbox_fences'),
            leased_until = clock_timestamp() + make_interval(secs => $4),
            attempts = attempts + 1, attempted_at = clock_timestamp(), provider = text.provider, provider_id = NULL,
            error_code = NULL
        FROM unnest($1, $2, $3) AS text (id, phone_hash, provider)
        WHERE outbox.id = text.id
            AND NOT EXISTS (SELECT FROM opt_outs WHERE opt_outs.phone_hash = text.phone_hash AND status = 'stopped')
        RETURNING outbox.id, fence
        """;

    private const string Keep = """
        WITH text AS (
            UPDATE outbox
            SET state = kept.state, due_at = coalesce(kept.due_at, outbox.due_at), error_code = kept.error_code,
                state_at = clock_timestamp()
            FROM unnest($1, $2, $3, $4, $5, $6) AS kept (id, state, due_at, kind, reason, error_code)
            WHERE outbox.id = kept.id
            RETURNING outbox.id, fence, kind, reason, kept.error_code
        )
        INSERT INTO message_events (message_id, fence, kind, reason, error_code)
        SELECT id, fence, kind, reason, error_code FROM text
        """;

    /// <param name="free">How many texts the lane has room for.</param>
    public async Task<Claimed> TakeAsync(bool urgentOnly, int free, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var due = await DueAsync(urgentOnly ? Urgent : All, Math.Min(free, Most), cancellationToken);
        List<(DueText Text, Verdict Verdict)> judged = [];
        foreach (var text in due)
        {
            if (text.IsFree)
            {
                judged.Add((text, Verdicts.Against(text) ?? await OpenAsync(text, cancellationToken)));
            }
        }

        var claimed = await WriteAsync(judged, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return claimed;
    }

    private async Task<List<DueText>> DueAsync(string sql, int limit, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Command(ByIndex);
        batch.Command(sql).With(limit);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        List<DueText> due = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            due.Add(Read(reader));
        }

        return due;
    }

    private async Task<Verdict> OpenAsync(DueText text, CancellationToken cancellationToken)
    {
        if (Envelope.Open(text, cipher, out var error) is not { } envelope)
        {
            return new Verdict.Drop("failed", error ?? "unreadable");
        }

        // Where only the one that failed it is left, that one is tried again.
        var provider = await router.ChooseAsync(text.Class, text.AvoidProvider, cancellationToken)
            ?? (text.AvoidProvider is null ? null : await router.ChooseAsync(text.Class, null, cancellationToken));
        return provider is null
            ? new Verdict.Hold(text.Now + TimeSpan.FromSeconds(5), "no_provider")
            : new Verdict.Send(provider, envelope);
    }

    private async Task<Claimed> WriteAsync(
        List<(DueText Text, Verdict Verdict)> judged, CancellationToken cancellationToken)
    {
        if (judged.Count == 0)
        {
            return new([], [], []);
        }

        var send = judged.Where(one => one.Verdict is Verdict.Send).ToDictionary(one => one.Text.Id);
        var kept = judged.Where(one => one.Verdict is not Verdict.Send).ToList();
        await using var batch = new NpgsqlBatch(connection);
        AddSend(batch, [.. send.Values]);
        if (kept.Count > 0)
        {
            AddKeep(batch, kept);
        }

        List<Sending> sending = [];
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var (text, verdict) = send[reader.GetGuid(0)];
                sending.Add(new(text, (Verdict.Send)verdict, reader.GetInt64(1)));
            }
        }

        sending.Sort((one, other) => one.Text.Class.CompareTo(other.Text.Class));
        var taken = sending.Select(one => one.Text.Id).ToHashSet();
        return new(
            sending, kept, [.. judged.Where(one => !taken.Contains(one.Text.Id)).Select(one => one.Text.LockKey)]);
    }

    private static void AddSend(NpgsqlBatch batch, List<(DueText Text, Verdict Verdict)> texts) => batch.Command(Send)
        .With(texts.Select(one => one.Text.Id).ToArray())
        .With(texts.Select(one => one.Text.Phone.Hash).ToArray())
        .With(texts.Select(one => ((Verdict.Send)one.Verdict).Provider.Name).ToArray())
        .With((double)LeaseSeconds);

    private static void AddKeep(NpgsqlBatch batch, List<(DueText Text, Verdict Verdict)> texts) => batch.Command(Keep)
        .With(texts.Select(one => one.Text.Id).ToArray())
        .With(texts.Select(one => (one.Verdict as Verdict.Drop)?.State ?? "queued").ToArray())
        .With(texts.Select(one => (one.Verdict as Verdict.Hold)?.Until.UtcDateTime).ToArray())
        .With(texts.Select(one => (one.Verdict as Verdict.Drop)?.State ?? "held").ToArray())
        .With(
            texts.Select(one => (one.Verdict as Verdict.Hold)?.Reason ?? ((Verdict.Drop)one.Verdict).Reason).ToArray())
        .With(texts.Select(one => one.Verdict is Verdict.Drop { IsFault: true } fault ? fault.Reason : null).ToArray());

    // Each class has its own scan of its due rows, in order, and the next class is looked at when there is room left:
    // what is not due yet, however much, is never read.
    private static string Due(TextClass last) => $"""
        WITH due AS MATERIALIZED (
            SELECT * FROM ({string.Join(" UNION ALL ", Enumerable.Range(0, (int)last + 1).Select(priority => $"""
            SELECT * FROM (
                SELECT id, account_id, member_id, alert_id, class, template, variables, phone_ciphertext, phone_key_id,
                    phone_hash, created_at, expires_at, attempts, avoid_provider
                FROM outbox
                WHERE state = 'queued' AND priority = {priority} AND due_at <= now()
                ORDER BY due_at, id
                LIMIT {Most}
                FOR NO KEY UPDATE SKIP LOCKED
            ) AS class_{priority}
            """))}) AS classes
            LIMIT $1
        )
        SELECT due.id, due.account_id, class, template, variables::text, due.phone_ciphertext, due.phone_key_id,
            due.phone_hash, clock_timestamp(), due.created_at, expires_at,
            pg_try_advisory_lock_shared({NumberLock.KeyOf("due.phone_hash")}), attempts, avoid_provider,
            member.state, member.timezone, coalesce(member.language, 'en'),
            coalesce(member.country, subject.country, 'US'), alert.status,
            (SELECT status FROM opt_outs WHERE opt_outs.phone_hash = due.phone_hash)
        FROM due
        LEFT JOIN members AS member ON member.id = due.member_id
        LEFT JOIN alerts AS alert ON alert.id = due.alert_id
        LEFT JOIN members AS subject ON subject.id = alert.member_id
        """;

    private static DueText Read(DbDataReader row) => new(
        row.GetGuid(0),
        row.GetGuid(1),
        Enum.Parse<TextClass>(row.GetString(2), ignoreCase: true),
        row.GetString(3),
        row.GetString(4),
        new(row.GetFieldValue<byte[]>(5), row.GetString(6), row.GetFieldValue<byte[]>(7)),
        row.GetFieldValue<DateTimeOffset>(8),
        row.GetFieldValue<DateTimeOffset>(9),
        row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10),
        row.GetBoolean(11),
        row.GetInt16(12),
        row.GetNullable<string>(13),
        row.GetNullable<string>(14),
        row.GetNullable<string>(15),
        new Locale(row.GetString(16), row.GetString(17)),
        row.GetNullable<string>(18),
        row.GetNullable<string>(19));
}

/// <summary>What a claim took.</summary>
/// <param name="Sending">Under a lease, committed, most urgent first; each shares its number's lock.</param>
/// <param name="Kept">Those that wait or ended.</param>
/// <param name="LockKeys">Locks that are not needed any more.</param>
internal sealed record Claimed(
    IReadOnlyList<Sending> Sending, IReadOnlyList<(DueText Text, Verdict Verdict)> Kept, IReadOnlyList<long> LockKeys);

/// <summary>A text under a lease.</summary>
internal sealed record Sending(DueText Text, Verdict.Send Verdict, long Fence)
{
    public OutgoingText Outgoing => new(
        Text.Id, Fence, Verdict.Envelope.To, Verdict.Envelope.Body, Text.Class, Verdict.Envelope.Validity)
    {
        QueuedAt = Text.QueuedAt,
    };
}
