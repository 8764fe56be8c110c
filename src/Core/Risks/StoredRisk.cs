using System.Data.Common;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Risks;

/// <summary>A row of <c>risk_scores</c>.</summary>
/// <param name="Score">Null, as the band is, while there are too few check-ins.</param>
internal sealed record StoredRisk(int? Score, string? Band, int CheckInsNeeded, string ModelVersion, string Locale)
{
    /// <summary>The row that a check-in just wrote.</summary>
    /// <param name="band">Null while there are too few check-ins, whatever the score.</param>
    public static StoredRisk Of(int checkInCount, int score, string? band, string locale) => new(
        band is null ? null : score,
        band,
        Math.Max(0, RiskModel.CheckInsNeeded - checkInCount),
        RiskModel.Version,
        locale);

    /// <summary>Reads score, band, check_ins_needed, model_version and locale; null when they are masked.</summary>
    public static StoredRisk? Read(DbDataReader reader, int first) => reader.IsDBNull(first + 4)
        ? null
        : new(
            reader.IsDBNull(first) ? null : reader.GetInt16(first),
            reader.GetNullable<string>(first + 1),
            reader.GetInt16(first + 2),
            reader.GetString(first + 3),
            reader.GetString(first + 4));
}
