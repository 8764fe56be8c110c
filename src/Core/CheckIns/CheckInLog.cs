using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Core.Risks;

namespace RecoveryOS.Core.CheckIns;

/// <summary>Takes check-ins in.</summary>
public sealed class CheckInLog(NpgsqlDataSource dataSource, PhoneCipher cipher)
{
    /// <summary>
    /// A whole check-in: one statement, so one round trip and one transaction. It writes nothing and answers no row when
    /// the member is not there or discharged, or the idempotency key is taken. The update of the member is the lock that
    /// puts a member's check-ins in order, and carries all that has to be known of the earlier ones.
    /// $1 account, $2 member, $3 key's scope, $4 key or null, $5 request hash or null, $6–$10 answers, $11 notes,
    /// $12 channel, $13 score, $14 band, $15 model version, $16 actor.
    /// </summary>
    internal const string Submit = """
        WITH target AS (
            SELECT uuid7() AS check_in_id FROM members WHERE id = $2 AND account_id = $1 AND state <> 'discharged'
        ), claim AS (
            INSERT INTO idempotency (account_id, scope, key, request_hash, check_in_id)
            SELECT $1, $3, $4, $5, check_in_id FROM target WHERE $4 IS NOT NULL
            ON CONFLICT DO NOTHING
            RETURNING check_in_id
        ), member AS (
            UPDATE members
            SET check_in_count = check_in_count + 1,
                previous_band = latest_band,
                latest_band = CASE WHEN check_in_count >= 2 THEN $14 END
            FROM target
            WHERE id = $2 AND account_id = $1 AND state <> 'discharged'
                AND ($4 IS NULL OR EXISTS (SELECT FROM claim))
            RETURNING check_in_id, check_in_count, previous_band, latest_band, language || '-' || country AS locale
        ), check_in AS (
            INSERT INTO check_ins (
                id, account_id, member_id, adherence, mood_trend, cravings, sleep_hours, isolation, notes, channel)
            SELECT check_in_id, $1, $2, $6, $7, $8, $9, $10, $11, $12 FROM member
        ), risk AS (
            INSERT INTO risk_scores (
                check_in_id, account_id, state, score, band, check_ins_needed, model_version, locale)
            SELECT check_in_id, $1,
                CASE WHEN latest_band IS NULL THEN 'insufficient_data' ELSE 'ok' END,
                CASE WHEN latest_band IS NOT NULL THEN $13 END,
                latest_band, greatest(0, 3 - check_in_count), $15, locale
            FROM member
        ), alert AS (
            INSERT INTO alerts (account_id, member_id, kind, severity)
            SELECT $1, $2, 'risk', 'high' FROM member
            WHERE latest_band = 'high' AND previous_band IS DISTINCT FROM 'high'
            RETURNING id
        ), texts AS (
            INSERT INTO outbox (account_id, alert_id, class, template, phone_ciphertext, phone_key_id, phone_hash)
            SELECT $1, alert.id, 'alert', 'risk_alert', phone_ciphertext, phone_key_id, phone_hash
            FROM alert JOIN on_call_contacts ON account_id = $1
            ORDER BY position
        ), audit AS (
            INSERT INTO audit_log (account_id, actor, action, subject_id)
            SELECT $1, $16, 'check_in.created', check_in_id FROM member
            UNION ALL SELECT $1, $16, 'alert.opened', id FROM alert
        )
        SELECT check_in_id, now(), check_in_count, latest_band, locale FROM member
        """;

    /// <summary>Why <see cref="Submit"/> wrote nothing; $1–$4 as there.</summary>
    private const string Explain = $"""
        SELECT member.state, earlier.*
        FROM (VALUES (1)) AS one
        LEFT JOIN (SELECT state FROM members WHERE id = $2 AND account_id = $1) AS member ON true
        LEFT JOIN (
            SELECT request_hash, {StoredCheckIn.Columns}
            FROM idempotency
            JOIN check_ins c ON c.id = check_in_id
            JOIN risk_scores r USING (check_in_id)
            WHERE idempotency.account_id = $1 AND scope = $3 AND key = $4
        ) AS earlier ON true
        """;

    /// <summary>Records a check-in with all that follows from it, or answers the earlier one of the same key.</summary>
    /// <param name="idempotencyKey">
    /// 1–128 visible ASCII characters, or null. A member's keys are its own; clinicians of an account share theirs.
    /// </param>
    /// <param name="channel"><see cref="CheckIn.Api"/> or <see cref="CheckIn.Sms"/>.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached; nothing was written, or it was committed.</exception>
    public async Task<Submission> SubmitAsync(
        Caller caller, NewCheckIn request, string? idempotencyKey, string channel, CancellationToken cancellationToken)
    {
        if (caller.OnlyMember is { } own && own != request.MemberId)
        {
            return new Submission.MemberUnknown();
        }

        var scope = caller.OnlyMember ?? caller.AccountId;
        var hash = idempotencyKey is null ? null : cipher.Hash(request.Canonical());
        var notes = request.Notes is null ? null : NoteRedactor.Redact(request.Notes);
        var score = RiskModel.Score(request.Answers);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Submit, connection)
            .With(caller.AccountId).With(request.MemberId)
            .With(scope).With(idempotencyKey).With(hash)
            .With((short)request.Answers.Adherence).With((short)request.Answers.MoodTrend)
            .With((short)request.Answers.Cravings).With(StoredCheckIn.Hours(request.Answers.SleepTenths))
            .With((short)request.Answers.Isolation)
            .With(notes).With(channel)
            .With((short)score.Value).With(RiskBand.Of(score.Value)).With(RiskModel.Version)
            .With(caller.Actor);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (await reader.ReadAsync(cancellationToken))
            {
                var stored = new StoredCheckIn(
                    reader.GetGuid(0), request.MemberId, request.Answers, notes, channel, reader.GetDateTime(1),
                    StoredRisk.Of(reader.GetInt32(2), score.Value, reader.GetNullable<string>(3), reader.GetString(4)));
                return new Submission.Created(stored.ToCheckIn());
            }
        }

        return await ExplainAsync(connection, caller, request, scope, idempotencyKey, hash, cancellationToken);
    }

    private static async Task<Submission> ExplainAsync(
        NpgsqlConnection connection,
        Caller caller,
        NewCheckIn request,
        Guid scope,
        string? key,
        byte[]? hash,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Explain, connection)
            .With(caller.AccountId).With(request.MemberId).With(scope).With(key);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (reader.GetNullable<byte[]>(1) is { } earlier)
        {
            return earlier.AsSpan().SequenceEqual(hash)
                ? new Submission.Replayed(StoredCheckIn.Read(reader, 2).ToCheckIn())
                : new Submission.KeyReused();
        }

        return reader.GetNullable<string>(0) is null
            ? new Submission.MemberUnknown()
            : new Submission.MemberDischarged();
    }
}
