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

        // The first row, alone, says that the member is there, so that an empty history is no 404.
        await using var command = dataSource.CreateCommand($"""
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
            .With(page.Limit + 1);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        List<CheckIn> checkIns = [];
        do
        {
            if (!reader.IsDBNull(0))
            {
                checkIns.Add(StoredCheckIn.Read(reader, 0).ToCheckIn());
            }
        }
        while (await reader.ReadAsync(cancellationToken));

        return page.Cut(checkIns, checkIn => checkIn.Id);
    }

    /// <summary>One check-in, or null when there is none for this caller. Consent is part of the query.</summary>
    public async Task<CheckIn?> FindAsync(Caller caller, Guid checkInId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            SELECT c.id, c.member_id, c.adherence, c.mood_trend, c.cravings, c.sleep_hours, c.isolation,
                CASE WHEN $3 IS NOT NULL OR {Consented("view_notes")} THEN c.notes END, c.channel, c.created_at,
                r.score, r.band, r.check_ins_needed, r.model_version, r.locale
            FROM check_ins c
            JOIN members m ON m.id = c.member_id
            LEFT JOIN risk_scores r ON r.check_in_id = c.id AND ($3 IS NOT NULL OR {Consented("view_risk")})
            WHERE c.id = $2 AND c.account_id = $1 AND ($3 IS NULL OR c.member_id = $3)
            """)
            .With(caller.AccountId).With(checkInId).With(caller.OnlyMember);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? StoredCheckIn.Read(reader, 0).ToCheckIn() : null;
    }

    private static string Consented(string scope) => Consents.ConsentSql.ClinicianMay(scope, "m.id");
}
