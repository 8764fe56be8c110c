using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.CheckIns;

/// <summary>The check-ins of a member, newest first.</summary>
public sealed class CheckInHistory(NpgsqlDataSource dataSource)
{
    /// <summary>A page, or null when there is no such member for this caller. Consent is part of the query.</summary>
    public async Task<Page<CheckIn>?> ListAsync(
        Caller caller, Guid memberId, PageRequest page, CancellationToken cancellationToken)
    {
        if (caller.OnlyMember is { } own && own != memberId)
        {
            return null;
        }

        // A row without a check-in says that the member is there, so that an empty history is no 404.
        var rows = await dataSource.CreateCommand($"""
            WITH member AS (
                SELECT id, $3 OR {Consented("view_risk")} AS sees_risk, $3 OR {Consented("view_notes")} AS sees_notes
                FROM members m
                WHERE id = $2 AND account_id = $1
            )
            SELECT c.id, c.member_id, c.adherence, c.mood_trend, c.cravings, c.sleep_hours, c.isolation,
                CASE WHEN sees_notes THEN c.notes END, c.channel, c.created_at,
                r.score, r.band, r.check_ins_needed, r.model_version, r.locale
            FROM member
            LEFT JOIN LATERAL (
                SELECT * FROM check_ins
                WHERE member_id = member.id AND ($4::uuid IS NULL OR id < $4)
                ORDER BY id DESC
                LIMIT $5
            ) c ON true
            LEFT JOIN risk_scores r ON sees_risk AND r.check_in_id = c.id
            ORDER BY c.id DESC
            """)
            .With(caller.AccountId).With(memberId).With(caller.OnlyMember is not null).With(page.Before)
            .With(page.Limit + 1)
            .ToListAsync(row => row.IsDBNull(0) ? null : StoredCheckIn.Read(row, 0).ToCheckIn(), cancellationToken);
        return rows.Count == 0 ? null : page.Cut([.. rows.OfType<CheckIn>()], checkIn => checkIn.Id);
    }

    /// <summary>One check-in, or null when there is none for this caller. Consent is part of the query.</summary>
    public Task<CheckIn?> FindAsync(Caller caller, Guid checkInId, CancellationToken cancellationToken) =>
        dataSource.CreateCommand($"""
            SELECT c.id, c.member_id, c.adherence, c.mood_trend, c.cravings, c.sleep_hours, c.isolation,
                CASE WHEN $3 IS NOT NULL OR {Consented("view_notes")} THEN c.notes END, c.channel, c.created_at,
                r.score, r.band, r.check_ins_needed, r.model_version, r.locale
            FROM check_ins c
            JOIN members m ON m.id = c.member_id
            LEFT JOIN risk_scores r ON r.check_in_id = c.id AND ($3 IS NOT NULL OR {Consented("view_risk")})
            WHERE c.id = $2 AND c.account_id = $1 AND ($3 IS NULL OR c.member_id = $3)
            """)
            .With(caller.AccountId).With(checkInId).With(caller.OnlyMember)
            .FirstAsync(row => StoredCheckIn.Read(row, 0).ToCheckIn(), cancellationToken);

    private static string Consented(string scope) => Consents.ConsentSql.ClinicianMay(scope, "m.id");
}
