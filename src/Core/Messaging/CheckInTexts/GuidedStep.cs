using System.Text.Json.Serialization;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Messaging.CheckInTexts;

/// <summary>What an answer leads to.</summary>
public abstract record GuidedStep
{
    private GuidedStep()
    {
    }

    /// <summary>The next question.</summary>
    public sealed record Asked(GuidedCheckIn State) : GuidedStep;

    /// <summary>The same question, once more.</summary>
    public sealed record AskedAgain(GuidedCheckIn State, GuidedMiss Reason) : GuidedStep;

    /// <summary>All five answers.</summary>
    public sealed record Completed(CheckInValues Values) : GuidedStep;

    /// <summary>A question was skipped twice; a person takes over.</summary>
    public sealed record Unfinished(KnownValues Answers) : GuidedStep;

    /// <summary>The member left, or wrote something else twice; a person reads it.</summary>
    public sealed record Left(KnownValues Answers) : GuidedStep;
}

/// <summary>Why a question is asked again.</summary>
[JsonConverter(typeof(SnakeCaseEnum<GuidedMiss>))]
public enum GuidedMiss
{
    NotANumber,
    OutOfRange,
}
