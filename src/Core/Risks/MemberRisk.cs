using System.Text.Json.Serialization;

namespace RecoveryOS.Core.Risks;

/// <summary>A member's newest risk.</summary>
/// <param name="CheckInId">The check-in that showed it; null when there is none yet.</param>
public sealed record MemberRisk(
    Guid MemberId, Guid? CheckInId, DateTime? CreatedAt, [property: JsonIgnore] Risk Risk)
{
    public string State => Risk.State;

    public int? Score => Risk.Score;

    public string? Band => Risk.Band;

    public int CheckInsNeeded => Risk.CheckInsNeeded;

    public string ModelVersion => Risk.ModelVersion;

    public IReadOnlyList<RiskFactor> Factors => Risk.Factors;

    public string Reflection => Risk.Reflection;

    public string Footer => Risk.Footer;
}
