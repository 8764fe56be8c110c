using System.Text.Json.Serialization;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>What kind of trouble a provider's error is.</summary>
[JsonConverter(typeof(SnakeCaseEnum<ErrorClass>))]
public enum ErrorClass
{
    /// <summary>Not in the catalogue.</summary>
    Unknown,

    /// <summary>Settings of ours or of our account with the provider: a person must mend them.</summary>
    Config,

    /// <summary>Passes by itself.</summary>
    Transient,

    /// <summary>The provider itself is in trouble, or will not work for us.</summary>
    Provider,

    /// <summary>Nobody knows whether the text went.</summary>
    Ambiguous,

    /// <summary>The number will never take a text.</summary>
    PermanentNumber,

    /// <summary>The number takes no text from this sender, but may from another.</summary>
    PermanentPair,

    /// <summary>The person does not want texts.</summary>
    Consent,

    /// <summary>Too much of ours waits there already.</summary>
    BackPressure,

    /// <summary>What the text says, or how much we send.</summary>
    Content,

    /// <summary>A rule about hours.</summary>
    Policy,

    /// <summary>The provider takes it for fraud.</summary>
    Fraud,

    /// <summary>Our own doing.</summary>
    Ours,

    /// <summary>A day's allowance is used up.</summary>
    UntilNextDay,
}
