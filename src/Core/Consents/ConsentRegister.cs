using System.Data.Common;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Consents;

/// <summary>The consents of an account's members. A member reaches its own only.</summary>
public sealed class ConsentRegister(NpgsqlDataSource dataSource)
{
    private const string Columns =
        "id, member_id, grantee_type, scopes, terms_version, status, created_at, updated_at, revoked_at";

    /// <summary>Null when there is no such member for this caller.</summary>
    public async Task<Consent?> RecordAsync(Caller caller, NewConsent consent, CancellationToken cancellationToken)
    {
        return await dataSource.CreateCommand($"""
            WITH consent AS (
                INSERT INTO consents (
                    account_id, member_id, grantee_type, scopes, terms_version, status, revoked_at)
                SELECT account_id, id, $5, $6, $7, $8, CASE WHEN $8 = 'revoked' THEN now() END
                FROM members
                WHERE account_id = $1 AND id = $3 AND ($4 IS NULL OR id = $4)
                RETURNING {Columns}
            ), audit AS (
                INSERT INTO audit_log (account_id, actor, action, subject_id)
                SELECT $1, $2, 'consent.recorded', id FROM consent
            )
            SELECT {Columns} FROM consent
            """)
            .With(caller.AccountId).With(caller.Actor).With(consent.MemberId).With(caller.OnlyMember)
            .With(consent.GranteeType).With(consent.Scopes).With(consent.TermsVersion).With(consent.Status)
            .FirstAsync(Read, cancellationToken);
    }

    /// <summary>Null when there is no such consent for this caller.</summary>
    public async Task<Consent?> ChangeAsync(
        Caller caller, Guid consentId, ConsentChange change, CancellationToken cancellationToken)
    {
        return await dataSource.CreateCommand($"""
            WITH consent AS (
                UPDATE consents
                SET scopes = coalesce($5, scopes),
                    terms_version = coalesce($6, terms_version),
                    status = coalesce($7, status),
                    revoked_at = CASE coalesce($7, status) WHEN 'revoked' THEN coalesce(revoked_at, now()) END,
                    updated_at = now()
                WHERE account_id = $1 AND id = $3 AND ($4 IS NULL OR member_id = $4)
                RETURNING {Columns}
            ), audit AS (
                INSERT INTO audit_log (account_id, actor, action, subject_id)
                SELECT $1, $2, CASE status WHEN 'revoked' THEN 'consent.revoked' ELSE 'consent.changed' END, id
                FROM consent
            )
            SELECT {Columns} FROM consent
            """)
            .With(caller.AccountId).With(caller.Actor).With(consentId).With(caller.OnlyMember)
            .With(change.Scopes).With(change.TermsVersion).With(change.Status)
            .FirstAsync(Read, cancellationToken);
    }

    /// <summary>Newest first; null when there is no such member for this caller.</summary>
    public async Task<Page<Consent>?> ListAsync(
        Caller caller, Guid memberId, PageRequest page, CancellationToken cancellationToken)
    {
        var rows = await dataSource.CreateCommand("""
            SELECT c.id, c.member_id, c.grantee_type, c.scopes, c.terms_version, c.status, c.created_at, c.updated_at,
                c.revoked_at
            FROM members
            LEFT JOIN consents c ON c.member_id = members.id AND ($4 IS NULL OR c.id < $4)
            WHERE members.account_id = $1 AND members.id = $2 AND ($3 IS NULL OR members.id = $3)
            ORDER BY c.id DESC
            LIMIT $5
            """)
            .With(caller.AccountId).With(memberId).With(caller.OnlyMember).With(page.Before).With(page.Limit + 1)
            .ToListAsync(row => row.IsDBNull(0) ? null : Read(row), cancellationToken);
        return rows.Count == 0 ? null : page.Cut([.. rows.OfType<Consent>()], consent => consent.Id);
    }

    private static Consent Read(DbDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetGuid(1),
        reader.GetString(2),
        reader.GetFieldValue<string[]>(3),
        reader.GetString(4),
        reader.GetString(5),
        reader.GetDateTime(6),
        reader.GetDateTime(7),
        reader.IsDBNull(8) ? null : reader.GetDateTime(8));
}
