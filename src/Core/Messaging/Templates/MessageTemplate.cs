using System.Text.Json.Serialization;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Core.Messaging.Outbound;

namespace RecoveryOS.Core.Messaging.Templates;

/// <summary>A text that can be sent, without its words.</summary>
/// <param name="Class">What it is for, unless its row says otherwise.</param>
/// <param name="Variables">By name; all of them are needed, and no others.</param>
public sealed record MessageTemplate(
    TextClass Class, TemplateSender Sender, IReadOnlyDictionary<string, VariableType> Variables);

/// <summary>Who may ask for a text.</summary>
[JsonConverter(typeof(SnakeCaseEnum<TemplateSender>))]
public enum TemplateSender
{
    /// <summary>Only the service itself.</summary>
    System,

    /// <summary>Clinicians, for a member of their account.</summary>
    Clinician,
}

/// <summary>What a variable is; free text is none of it.</summary>
[JsonConverter(typeof(SnakeCaseEnum<VariableType>))]
public enum VariableType
{
    /// <summary>A day as YYYY-MM-DD; told with its weekday and without its year.</summary>
    Date,

    /// <summary>A time of day as HH:MM.</summary>
    Time,
}
