namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>What came of a provider's word about a text: exactly one of three.</summary>
public abstract record StatusResult
{
    private StatusResult()
    {
    }

    /// <summary>It is kept.</summary>
    /// <param name="Before">The state of the text when it came.</param>
    /// <param name="State">The state now.</param>
    public sealed record Kept(string Before, string State) : StatusResult;

    /// <summary>It was said before.</summary>
    public sealed record Repeated : StatusResult;

    /// <summary>The text is none of ours.</summary>
    public sealed record NotOurs : StatusResult;
}
