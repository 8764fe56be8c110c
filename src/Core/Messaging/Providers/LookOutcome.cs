namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>What a provider says of a text: exactly one of three.</summary>
public abstract record LookOutcome
{
    private LookOutcome()
    {
    }

    /// <summary>It is there.</summary>
    /// <param name="Status">The provider's own word.</param>
    public sealed record Found(string ProviderId, string Status, string? ErrorCode) : LookOutcome;

    /// <summary>The provider answered, and has no such text.</summary>
    public sealed record Absent : LookOutcome;

    /// <summary>It could not be asked, so nothing is known.</summary>
    /// <param name="Reason">A short word.</param>
    public sealed record Unavailable(string Reason) : LookOutcome;
}
