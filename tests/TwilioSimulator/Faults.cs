namespace RecoveryOS.Simulators;

/// <summary>
/// What goes wrong, and how often: shares from 0 to 1. A server's faults are replaced as a whole, at any time.
/// (Generated JSON readers forget the defaults of init-only properties.)
/// </summary>
public sealed record Faults
{
    /// <summary>The text is taken, and the connection cut before the answer.</summary>
    public double LostAnswers { get; set; }

    /// <summary>The connection is cut, and nothing taken.</summary>
    public double LostRequests { get; set; }

    /// <summary>429, and nothing taken.</summary>
    public double TooMany { get; set; }

    /// <summary>The Retry-After of a 429; null: none is sent.</summary>
    public int? RetryAfterSeconds { get; set; } = 1;

    /// <summary>500, and the text taken all the same.</summary>
    public double ErrorsAfterTaking { get; set; }

    /// <summary>503, and nothing taken.</summary>
    public double ErrorsBeforeTaking { get; set; }

    /// <summary>The answer comes late, whatever it is.</summary>
    public double Slow { get; set; }

    public int SlowMilliseconds { get; set; } = 1000;

    /// <summary>By the number texted, <c>*</c> for any: the code that a text is refused with.</summary>
    public IReadOnlyDictionary<string, string> Refusals { get; set; } = new Dictionary<string, string>();

    /// <summary>By the number texted, <c>*</c> for any: the code that a text fails with after it was taken.</summary>
    public IReadOnlyDictionary<string, string> DeliveryErrors { get; set; } = new Dictionary<string, string>();

    public double DroppedCallbacks { get; set; }

    public double DuplicateCallbacks { get; set; }

    /// <summary>A text's callbacks come in any order.</summary>
    public double ReorderedCallbacks { get; set; }

    /// <summary>Between one state of a text and the next.</summary>
    public int StepMilliseconds { get; set; } = 10;

    /// <summary>False: texts stay in their first state, and there are no callbacks.</summary>
    public bool Delivers { get; set; } = true;

    internal static string? For(IReadOnlyDictionary<string, string> codes, string number) =>
        codes.GetValueOrDefault(number) ?? codes.GetValueOrDefault("*");
}
