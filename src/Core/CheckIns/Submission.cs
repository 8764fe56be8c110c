namespace RecoveryOS.Core.CheckIns;

/// <summary>What became of a check-in that was sent.</summary>
public abstract record Submission
{
    private Submission()
    {
    }

    /// <summary>It is committed.</summary>
    public sealed record Created(CheckIn CheckIn) : Submission;

    /// <summary>The same key and content came before; this is the first answer.</summary>
    public sealed record Replayed(CheckIn CheckIn) : Submission;

    /// <summary>The key came before with other content.</summary>
    public sealed record KeyReused : Submission;

    /// <summary>No such member, or none that the caller may know of.</summary>
    public sealed record MemberUnknown : Submission;

    /// <summary>The member has left care; nothing is taken in any more.</summary>
    public sealed record MemberDischarged : Submission;
}
