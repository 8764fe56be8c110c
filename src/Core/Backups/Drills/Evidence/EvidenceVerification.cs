namespace RecoveryOS.Core.Backups.Drills.Evidence;

/// <summary>Whether evidence is what was signed.</summary>
public abstract record EvidenceVerification
{
    private EvidenceVerification()
    {
    }

    /// <summary>Signed by a key that is known here, and unchanged since.</summary>
    public sealed record Valid(SignedEvidence File, DrillEvidence Evidence) : EvidenceVerification;

    /// <summary>It is not evidence, was changed, or is signed by a key that is not known here.</summary>
    /// <param name="Reason">One sentence.</param>
    public sealed record Invalid(string Reason) : EvidenceVerification;

    /// <summary>There is none, or it could not be read: neither valid nor invalid.</summary>
    /// <param name="Reason">One sentence.</param>
    public sealed record Unread(string Reason) : EvidenceVerification;
}
