namespace RecoveryOS.Core.Consents;

/// <summary>What a member lets others see or receive.</summary>
/// <param name="GranteeType">clinician or family.</param>
/// <param name="Scopes">Of view_risk, view_notes, receive_alerts, receive_sms.</param>
/// <param name="Status">active or revoked.</param>
public sealed record Consent(
    Guid Id,
    Guid MemberId,
    string GranteeType,
    IReadOnlyList<string> Scopes,
    string TermsVersion,
    string Status,
    DateTime CreatedAt,
    DateTime UpdatedAt,
    DateTime? RevokedAt);
