using System.Data.Common;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Risks;

namespace RecoveryOS.Core.CheckIns;

/// <summary>A row of <c>check_ins</c> with its row of <c>risk_scores</c>.</summary>
internal sealed record StoredCheckIn(
    Guid Id, Guid MemberId, Answers Answers, string? Notes, string Channel, DateTime CreatedAt, StoredRisk? Risk)
{
    /// <summary>What <see cref="Read"/> reads, of the tables as <c>c</c> and <c>r</c>.</summary>
    public const string Columns = """
        c.id, c.member_id, c.adherence, c.mood_trend, c.cravings, c.sleep_hours, c.isolation, c.notes, c.channel,
        c.created_at, r.score, r.band, r.check_ins_needed, r.model_version, r.locale
        """;

    /// <summary>How many columns lie before those of the risk.</summary>
    public const int OwnColumns = 10;

    public static StoredCheckIn Read(DbDataReader reader, int first) => new(
        reader.GetGuid(first),
        reader.GetGuid(first + 1),
        new(
            reader.GetInt16(first + 2),
            reader.GetInt16(first + 3),
            reader.GetInt16(first + 4),
            (int)(reader.GetDecimal(first + 5) * 10),
            reader.GetInt16(first + 6)),
        reader.GetNullable<string>(first + 7),
        reader.GetString(first + 8),
        reader.GetDateTime(first + 9),
        StoredRisk.Read(reader, first + OwnColumns));

    /// <summary>Tenths of an hour as hours with exactly one decimal, so that 7 is always written 7.0.</summary>
    public static decimal Hours(int tenths) => new(tenths, 0, 0, false, 1);

    public CheckIn ToCheckIn() => new(
        Id,
        MemberId,
        Answers.Adherence,
        Answers.MoodTrend,
        Answers.Cravings,
        Hours(Answers.SleepTenths),
        Answers.Isolation,
        Notes,
        Channel,
        CreatedAt,
        Risk is null ? null : Risks.Risk.From(Risk, Answers));
}
