namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>What a verification found.</summary>
public abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>Twilio sent it, to us.</summary>
    /// <param name="Fields">The form's fields; of a JSON object, its members.</param>
    /// <param name="TokenOrdinal">0 for the primary token, 1 for the secondary.</param>
    /// <param name="BaseUrl">The one of <c>PublicBaseUrls</c> that was signed.</param>
    public sealed record Accepted(FormFields Fields, int TokenOrdinal, string BaseUrl) : Verdict;

    public sealed record Refused(Refusal Reason) : Verdict;
}
