using System.Text.Json.Serialization;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Messaging.CrisisScreens;

/// <summary>Why a person must look at a text; the rule and the version of its set say what found it.</summary>
public sealed record CrisisFinding(
    CrisisCategory Category, CrisisPriority Priority, string RuleId, string RuleSetVersion);

/// <summary>What a text may be about, the most urgent first.</summary>
[JsonConverter(typeof(SnakeCaseEnum<CrisisCategory>))]
public enum CrisisCategory
{
    Overdose,
    Medical,
    MeansPlan,
    Suicide,
    Goodbye,
    HarmToOthers,
    DomesticViolence,
    SelfHarm,
}

/// <summary>How soon a person must look: what is denied or told of the past is lowered, never silenced.</summary>
[JsonConverter(typeof(SnakeCaseEnum<CrisisPriority>))]
public enum CrisisPriority
{
    High,
    Critical,
}
