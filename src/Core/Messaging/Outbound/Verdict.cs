using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>What is to be done with a text whose time has come: exactly one of three.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>It goes, by this provider.</summary>
    public sealed record Send(ITextProvider Provider, Envelope Envelope) : Verdict;

    /// <summary>It waits.</summary>
    public sealed record Hold(DateTimeOffset Until, string Reason) : Verdict;

    /// <summary>It ends here.</summary>
    /// <param name="State">canceled, suppressed, expired or failed.</param>
    /// <param name="Reason">A short word; of a text that failed it is the error's code too.</param>
    public sealed record Drop(string State, string Reason) : Verdict
    {
        public bool IsFault => State == "failed";
    }
}
