using Npgsql;
using RecoveryOS.Core.Alerts;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Risks;

namespace RecoveryOS.Core.CheckIns;

/// <summary>
/// A whole check-in as one statement: one round trip, one transaction. It writes nothing and answers no row when the
/// member is not there or discharged, or the idempotency key is taken. The member's row, locked first and updated, puts
/// a member's check-ins in order and carries all that has to be known of the earlier ones.
/// Parts that a check-in cannot need are left out of its statement, because PostgreSQL sets up what it then never runs.
/// $1 account, $2 member, $3–$7 answers, $8 notes, $9 channel, $10 score, $11 band, $12 model version, $13 actor, and
/// with a key $14 its scope, $15 the key, $16 the request's hash.
/// </summary>
internal static class CheckInStatement
{
    private const string WithKey = """
        WITH target AS (
            SELECT uuid7() AS check_in_id FROM members
            WHERE id = $2 AND account_id = $1 AND state <> 'discharged'
            FOR NO KEY UPDATE
        ), claim AS (
            INSERT INTO idempotency (account_id, scope, key, request_hash, check_in_id)
            SELECT $1, $14, $15, $16, check_in_id FROM target
            ON CONFLICT DO NOTHING
            RETURNING check_in_id
        ), member AS (
            UPDATE members
            SET check_in_count = check_in_count + 1,
                previous_band = latest_band,
                latest_band = CASE WHEN check_in_count >= 2 THEN $11 END
            FROM claim
            WHERE id = $2
            RETURNING check_in_id, check_in_count, previous_band, latest_band, language || '-' || country AS locale
        )
        """;

    private const string WithoutKey = """
        WITH member AS (
            UPDATE members
            SET check_in_count = check_in_count + 1,
                previous_band = latest_band,
                latest_band = CASE WHEN check_in_count >= 2 THEN $11 END
            WHERE id = $2 AND account_id = $1 AND state <> 'discharged'
            RETURNING uuid7() AS check_in_id, check_in_count, previous_band, latest_band,
                language || '-' || country AS locale
        )
        """;

    private const string Record = """
        , check_in AS (
            INSERT INTO check_ins (
                id, account_id, member_id, adherence, mood_trend, cravings, sleep_hours, isolation, notes, channel)
            SELECT check_in_id, $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM member
        ), risk AS (
            INSERT INTO risk_scores (check_in_id, account_id, score, band, check_ins_needed, model_version, locale)
            SELECT check_in_id, $1, CASE WHEN latest_band IS NOT NULL THEN $10 END, latest_band,
                greatest(0, 3 - check_in_count), $12, locale
            FROM member
        ), audit AS (
            INSERT INTO audit_log (account_id, actor, action, subject_id)
            SELECT $1, $13, 'check_in.created', check_in_id FROM member
        )
        """;

    private const string Alert = $"""
        , alert AS (
            INSERT INTO alerts (account_id, member_id, kind, severity)
            SELECT $1, $2, 'risk', 'high' FROM member
            WHERE latest_band = 'high' AND previous_band IS DISTINCT FROM 'high'
            RETURNING id
        ), texts AS (
            INSERT INTO outbox (
                account_id, alert_id, class, template, due_at, phone_ciphertext, phone_key_id, phone_hash)
            SELECT $1, alert.id, 'alert', 'risk_alert', {EscalationSql.DueAt},
                phone_ciphertext, phone_key_id, phone_hash
            FROM alert JOIN on_call_contacts ON account_id = $1
            ORDER BY position
        ), alert_audit AS (
            INSERT INTO audit_log (account_id, actor, action, subject_id)
            SELECT $1, $13, 'alert.opened', id FROM alert
        )
        """;

    private const string Answer = "\nSELECT check_in_id, now(), check_in_count, latest_band, locale FROM member";

    /// <summary>Gives a command its statement and parameters, without the three of a key.</summary>
    /// <param name="notes">Redacted.</param>
    public static NpgsqlCommand Bind(
        NpgsqlCommand command, Caller caller, Guid memberId, Answers answers, string? notes, string channel,
        RiskScore score, string? idempotencyKey)
    {
        var band = RiskBand.Of(score.Value);
        command.CommandText = For(idempotencyKey, band);
        return command
            .With(caller.AccountId).With(memberId)
            .With((short)answers.Adherence).With((short)answers.MoodTrend).With((short)answers.Cravings)
            .With(StoredCheckIn.Hours(answers.SleepTenths)).With((short)answers.Isolation)
            .With(notes).With(channel)
            .With((short)score.Value).With(band).With(RiskModel.Version)
            .With(caller.Actor);
    }

    /// <summary>The statement that does what this check-in can need.</summary>
    public static string For(string? idempotencyKey, string band) => (idempotencyKey, band) switch
    {
        (null, RiskBand.High) => WithoutKey + Record + Alert + Answer,
        (null, _) => WithoutKey + Record + Answer,
        (_, RiskBand.High) => WithKey + Record + Alert + Answer,
        _ => WithKey + Record + Answer,
    };
}
