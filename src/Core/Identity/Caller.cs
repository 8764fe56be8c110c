namespace RecoveryOS.Core.Identity;

/// <summary>Who a verified token speaks for.</summary>
/// <param name="Subject">The token's <c>sub</c>, 1–128 characters.</param>
/// <param name="MemberId">Set for members.</param>
public sealed record Caller(string Subject, Guid AccountId, IReadOnlyList<Role> Roles, Guid? MemberId)
{
    public bool Is(Role role) => Roles.Contains(role);

    /// <summary>
    /// The one member whom this caller may see; null for a clinician, who may see all of the account. Whoever holds
    /// both roles is a clinician.
    /// </summary>
    public Guid? OnlyMember => Is(Role.Clinician) ? null : MemberId;

    /// <summary>What the audit log calls the caller.</summary>
    public string Actor => $"{(Is(Role.Clinician) ? "clinician" : Is(Role.Member) ? "member" : "operator")}:{Subject}";
}
