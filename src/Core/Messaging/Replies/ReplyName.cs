using System.Text.Json.Serialization;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Messaging.Replies;

/// <summary>The texts that the service answers with.</summary>
[JsonConverter(typeof(SnakeCaseEnum<ReplyName>))]
public enum ReplyName
{
    Crisis,
    Help,
    StopConfirmed,
    StartConfirmed,
    CheckInReceived,
    ClarifyAdherence,
    ClarifyMood,
    ClarifyCravings,
    ClarifySleep,
    ClarifyIsolation,
    AskAdherence,
    AskMood,
    AskCravings,
    AskSleep,
    AskIsolation,
    AskAgain,
    DialogueUnfinished,
    Unparsed,
    UnknownNumber,
    Busy,
}
