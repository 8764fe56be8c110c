using System.Text.Json.Serialization;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>What a text is for, most urgent first: the order in which the outbox is emptied.</summary>
[JsonConverter(typeof(SnakeCaseEnum<TextClass>))]
public enum TextClass
{
    /// <summary>Somebody may be in danger: before everything, at any hour, by any provider.</summary>
    Crisis,

    /// <summary>To the people on call, at any hour.</summary>
    Alert,

    /// <summary>The answer to a text that waited, at any hour: the member wrote first.</summary>
    Reply,

    /// <summary>From a clinician, in the hours of the day.</summary>
    Message,

    /// <summary>The daily prompt, in the hours of the day, and worth nothing tomorrow.</summary>
    Reminder,
}
