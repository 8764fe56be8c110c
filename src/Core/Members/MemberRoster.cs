using System.Data.Common;
using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Members;

/// <summary>The members of an account.</summary>
public sealed class MemberRoster(NpgsqlDataSource dataSource, PhoneCipher cipher)
{
    private const string Columns = """
        id, display_code, timezone, phone_ciphertext, phone_key_id, country, language, reminder_time, state, created_at,
        updated_at
        """;

    /// <summary>Null when there is no such account.</summary>
    public async Task<Member?> EnrolAsync(Caller caller, NewMember member, CancellationToken cancellationToken)
    {
        var phone = cipher.Seal(caller.AccountId, member.Phone);
        return await dataSource.CreateCommand($"""
            WITH member AS (
                INSERT INTO members (
                    account_id, display_code, timezone, phone_ciphertext, phone_key_id, phone_hash, country, language,
                    reminder_time, state)
                SELECT id, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM accounts WHERE id = $1
                RETURNING {Columns}
            ), audit AS (
                INSERT INTO audit_log (account_id, actor, action, subject_id)
                SELECT $1, $2, 'member.enrolled', id FROM member
            )
            SELECT {Columns} FROM member
            """)
            .With(caller.AccountId).With(caller.Actor)
            .With(member.DisplayCode).With(member.Timezone)
            .With(phone.Ciphertext).With(phone.KeyId).With(phone.Hash)
            .With(member.Country).With(member.Language).With(member.ReminderTime).With(member.State)
            .FirstAsync(row => Read(row, caller.AccountId), cancellationToken);
    }

    /// <summary>Null when the account has no such member.</summary>
    public Task<Member?> FindAsync(Caller caller, Guid memberId, CancellationToken cancellationToken) => dataSource
        .CreateCommand($"SELECT {Columns} FROM members WHERE account_id = $1 AND id = $2")
        .With(caller.AccountId).With(memberId)
        .FirstAsync(row => Read(row, caller.AccountId), cancellationToken);

    /// <summary>Null when the account has no such member.</summary>
    public async Task<Member?> ChangeAsync(
        Caller caller, Guid memberId, MemberChange change, CancellationToken cancellationToken)
    {
        var phone = change.Phone is { } number ? cipher.Seal(caller.AccountId, number) : null;
        return await dataSource.CreateCommand($"""
            WITH member AS (
                UPDATE members
                SET display_code = coalesce($4, display_code),
                    timezone = coalesce($5, timezone),
                    phone_ciphertext = coalesce($6, phone_ciphertext),
                    phone_key_id = coalesce($7, phone_key_id),
                    phone_hash = coalesce($8, phone_hash),
                    country = coalesce($9, country),
                    language = coalesce($10, language),
                    reminder_time = CASE WHEN $11 THEN $12 ELSE reminder_time END,
                    state = coalesce($13, state),
                    updated_at = now()
                WHERE account_id = $1 AND id = $3
                RETURNING {Columns}
            ), audit AS (
                INSERT INTO audit_log (account_id, actor, action, subject_id)
                SELECT $1, $2, 'member.changed', id FROM member
            )
            SELECT {Columns} FROM member
            """)
            .With(caller.AccountId).With(caller.Actor).With(memberId)
            .With(change.DisplayCode).With(change.Timezone)
            .With(phone?.Ciphertext).With(phone?.KeyId).With(phone?.Hash)
            .With(change.Country).With(change.Language)
            .With(change.ChangesReminder).With(change.ReminderTime).With(change.State)
            .FirstAsync(row => Read(row, caller.AccountId), cancellationToken);
    }

    private Member Read(DbDataReader row, Guid accountId) => new(
        row.GetGuid(0),
        row.GetString(1),
        row.GetString(2),
        cipher.Open(accountId, row.GetFieldValue<byte[]>(3), row.GetString(4)).Last4,
        row.GetString(5),
        row.GetString(6),
        row.IsDBNull(7) ? null : row.GetFieldValue<TimeOnly>(7).ToString("HH:mm", CultureInfo.InvariantCulture),
        row.GetString(8),
        row.GetDateTime(9),
        row.GetDateTime(10));
}
