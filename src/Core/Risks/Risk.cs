using RecoveryOS.Core.CheckIns;

namespace RecoveryOS.Core.Risks;

/// <summary>
/// The risk that a check-in showed. While there are too few check-ins the state is <c>insufficient_data</c>, score and
/// band are null and there are no factors.
/// </summary>
public sealed record Risk(
    string State,
    int? Score,
    string? Band,
    int CheckInsNeeded,
    string ModelVersion,
    IReadOnlyList<RiskFactor> Factors,
    string Reflection,
    string Footer)
{
    public const string Ok = "ok";
    public const string InsufficientData = "insufficient_data";

    /// <summary>Builds the answer again from what is stored.</summary>
    internal static Risk From(StoredRisk stored, Answers answers)
    {
        var locale = Locale.Parse(stored.Locale);
        return new(
            stored.Band is null ? InsufficientData : Ok,
            stored.Score,
            stored.Band,
            stored.CheckInsNeeded,
            stored.ModelVersion,
            stored.Score is null ? [] : RiskModel.Score(answers).Factors,
            RiskWording.Reflection(stored.Band, locale),
            RiskWording.Footer(stored.Band, locale));
    }

    /// <summary>The answer for a member who has not checked in yet.</summary>
    internal static Risk None(Locale locale) => new(
        InsufficientData,
        null,
        null,
        RiskModel.CheckInsNeeded,
        RiskModel.Version,
        [],
        RiskWording.Reflection(null, locale),
        RiskWording.Footer(null, locale));
}
