namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>What came of handing a text over: exactly one of three.</summary>
public abstract record SendOutcome
{
    private SendOutcome()
    {
    }

    /// <summary>The provider has it.</summary>
    /// <param name="Status">The provider's own word for its first state.</param>
    public sealed record Accepted(string ProviderId, string Status) : SendOutcome;

    /// <summary>The provider does not have it.</summary>
    /// <param name="Code">A code of the error catalogue: the provider's own, or <c>http_NNN</c>.</param>
    /// <param name="RetryAfter">What the provider asked for.</param>
    public sealed record Refused(string Code, TimeSpan? RetryAfter = null) : SendOutcome;

    /// <summary>Nobody knows: no answer in time, or an answer that says nothing about the text.</summary>
    /// <param name="Reason">A short word: <c>timeout</c>, <c>connection_lost</c>, <c>http_500</c>.</param>
    public sealed record Unknown(string Reason) : SendOutcome;
}
