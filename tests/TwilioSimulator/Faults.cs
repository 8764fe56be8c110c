namespace RecoveryOS.Simulators;

/// <summary>What goes wrong, and how often: shares from 0 to 1. They may be changed at any time.</summary>
public sealed record Faults
{
    /// <summary>The text is taken, and the connection cut before the answer.</summary>
    public double LostAnswers { get; init; }

    /// <summary>The connection is cut, and nothing taken.</summary>
    public double LostRequests { get; init; }

    /// <summary>429, and nothing taken.</summary>
    public double TooMany { get; init; }

    /// <summary>The Retry-After of a 429; null: none is sent.</summary>
    public int? RetryAfterSeconds { get; init; } = 1;

    /// <summary>500, and the text taken all the same.</summary>
    public double ErrorsAfterTaking { get; init; }

    /// <summary>503, and nothing taken.</summary>
    public double ErrorsBeforeTaking { get; init; }

    /// <summary>The answer comes late, whatever it is.</summary>
    public double Slow { get; init; }

    public int SlowMilliseconds { get; init; } = 1000;

    /// <summary>By the number texted, <c>*</c> for any: the code that a text is refused with.</summary>
    public IReadOnlyDictionary<string, string> Refusals { get; init; } = new Dictionary<string, string>();

    /// <summary>By the number texted, <c>*</c> for any: the code that a text fails with after it was taken.</summary>
    public IReadOnlyDictionary<string, string> DeliveryErrors { get; init; } = new Dictionary<string, string>();

    public double DroppedCallbacks { get; init; }

    public double DuplicateCallbacks { get; init; }

    /// <summary>A text's callbacks come in any order.</summary>
    public double ReorderedCallbacks { get; init; }

    /// <summary>Between one state of a text and the next.</summary>
    public int StepMilliseconds { get; init; } = 10;

    /// <summary>False: texts stay in their first state, and there are no callbacks.</summary>
    public bool Delivers { get; init; } = true;

    internal static string? For(IReadOnlyDictionary<string, string> codes, string number) =>
        codes.GetValueOrDefault(number) ?? codes.GetValueOrDefault("*");
}
