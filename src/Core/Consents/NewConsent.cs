using System.Text.Json;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Consents;

/// <summary>A consent to record; fields as in <see cref="Consent"/>.</summary>
public sealed record NewConsent(
    Guid MemberId, string GranteeType, string[] Scopes, string TermsVersion, string Status)
{
    public static Validated<NewConsent> Read(JsonElement json)
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(json, errors);
        var consent = new NewConsent(
            fields.Uuid("member_id"),
            fields.Choice("grantee_type", "clinician", "family"),
            fields.Scopes(),
            fields.TermsVersion(),
            fields.Has("status") ? fields.Status() : "active");
        fields.RefuseUnknown();
        return Validated<NewConsent>.From(consent, errors);
    }
}

/// <summary>What of a consent is to change; null means that it stays.</summary>
public sealed record ConsentChange(string[]? Scopes, string? TermsVersion, string? Status)
{
    public static Validated<ConsentChange> Read(JsonElement json)
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(json, errors);
        var change = new ConsentChange(
            fields.Has("scopes") ? fields.Scopes() : null,
            fields.Has("terms_version") ? fields.TermsVersion() : null,
            fields.Has("status") ? fields.Status() : null);
        fields.RefuseUnknown();
        fields.RefuseEmpty();
        return Validated<ConsentChange>.From(change, errors);
    }
}

/// <summary>The fields that recording and changing a consent share.</summary>
internal static class ConsentFields
{
    public static string[] Scopes(this JsonFields fields) =>
        fields.Choices("scopes", "view_risk", "view_notes", "receive_alerts", "receive_sms");

    public static string TermsVersion(this JsonFields fields) => fields.Text("terms_version", 1, 32);

    public static string Status(this JsonFields fields) => fields.Choice("status", "active", "revoked");
}
