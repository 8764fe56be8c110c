using System.Text.Json.Serialization;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Messaging.OptOuts;

/// <summary>What a text says about being texted at all.</summary>
[JsonConverter(typeof(SnakeCaseEnum<OptOutIntent>))]
public enum OptOutIntent
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>No more texts: suppress at once.</summary>
    Stop,

    /// <summary>Texts again; means something only for a number that is suppressed.</summary>
    Start,

    /// <summary>The HELP text.</summary>
    Help,

    /// <summary>Perhaps: a person reads it, and texts that are not essential pause.</summary>
    Unsure,
}
