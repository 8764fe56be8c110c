using System.Text.Json.Serialization;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Messaging.CheckInTexts;

/// <summary>The five values of a check-in, in the order in which bare numbers are read.</summary>
[JsonConverter(typeof(SnakeCaseEnum<CheckInField>))]
public enum CheckInField
{
    Adherence,
    Mood,
    Cravings,
    Sleep,
    Isolation,
}
