using System.Data.Common;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Risks;

/// <summary>A row of <c>risk_scores</c>.</summary>
internal sealed record StoredRisk(
    string State, int? Score, string? Band, int CheckInsNeeded, string ModelVersion, string Locale)
{
    /// <summary>The row that a check-in just wrote.</summary>
    /// <param name="band">Null while there are too few check-ins, whatever the score.</param>
    public static StoredRisk Of(int checkInCount, int score, string? band, string locale) => new(
        band is null ? Risk.InsufficientData : Risk.Ok,
        band is null ? null : score,
        band,
        Math.Max(0, RiskModel.CheckInsNeeded - checkInCount),
        RiskModel.Version,
        locale);

    /// <summary>Reads state, score, band, check_ins_needed, model_version and locale; null when they are masked.</summary>
    public static StoredRisk? Read(DbDataReader reader, int first) => reader.GetNullable<string>(first) is { } state
        ? new(
            state,
            reader.IsDBNull(first + 1) ? null : reader.GetInt16(first + 1),
            reader.GetNullable<string>(first + 2),
            reader.GetInt16(first + 3),
            reader.GetString(first + 4),
            reader.GetString(first + 5))
        : null;
}
