using System.Data.Common;
using Npgsql;
using RecoveryOS.Core.CheckIns;
using RecoveryOS.Core.Consents;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;

namespace RecoveryOS.Core.Risks;

/// <summary>The newest risk of a member.</summary>
public sealed class RiskReport(NpgsqlDataSource dataSource)
{
    private static readonly string Newest = $"""
        SELECT allowed, member.locale, {StoredCheckIn.Columns}
        FROM (
            SELECT id, language || '-' || country AS locale,
                $3 OR {ConsentSql.ClinicianMay("view_risk", "m.id")} AS allowed
            FROM members m
            WHERE id = $2 AND account_id = $1
        ) AS member
        LEFT JOIN LATERAL (
            SELECT * FROM check_ins WHERE allowed AND member_id = member.id ORDER BY id DESC LIMIT 1
        ) c ON true
        LEFT JOIN risk_scores r ON r.check_in_id = c.id
        """;

    /// <summary>Reads it in one query, which also holds the check of the consent.</summary>
    public async Task<RiskReading> ReadAsync(Caller caller, Guid memberId, CancellationToken cancellationToken)
    {
        if (caller.OnlyMember is { } own && own != memberId)
        {
            return new RiskReading.MemberUnknown();
        }

        return await dataSource.CreateCommand(Newest)
            .With(caller.AccountId).With(memberId).With(caller.OnlyMember is not null)
            .FirstAsync(row => Read(row, memberId), cancellationToken) ?? new RiskReading.MemberUnknown();
    }

    private static RiskReading Read(DbDataReader row, Guid memberId)
    {
        if (!row.GetBoolean(0))
        {
            return new RiskReading.ConsentRequired();
        }

        if (row.IsDBNull(2))
        {
            return new RiskReading.Read(new(memberId, null, null, Risk.None(Locale.Parse(row.GetString(1)))));
        }

        var checkIn = StoredCheckIn.Read(row, 2).ToCheckIn();
        return checkIn.Risk is { } risk
            ? new RiskReading.Read(new(memberId, checkIn.Id, checkIn.CreatedAt, risk))
            : throw new InvalidOperationException("a check-in without its risk");
    }
}

/// <summary>What <see cref="RiskReport"/> found.</summary>
public abstract record RiskReading
{
    private RiskReading()
    {
    }

    public sealed record Read(MemberRisk Risk) : RiskReading;

    /// <summary>No such member, or none that the caller may know of.</summary>
    public sealed record MemberUnknown : RiskReading;

    /// <summary>No active consent lets clinicians see the risk.</summary>
    public sealed record ConsentRequired : RiskReading;
}
