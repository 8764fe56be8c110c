namespace RecoveryOS.Core.Consents;

/// <summary>The one place that says what a consent allows, for the queries that read under it.</summary>
internal static class ConsentSql
{
    /// <summary>A condition: the member has an active consent for its clinicians that holds the scope.</summary>
    public static string ClinicianMay(string scope, string memberId) => $"""
        EXISTS (
            SELECT FROM consents
            WHERE consents.member_id = {memberId} AND grantee_type = 'clinician' AND status = 'active'
                AND '{scope}' = ANY (scopes)
        )
        """;
}
