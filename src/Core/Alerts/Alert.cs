namespace RecoveryOS.Core.Alerts;

/// <summary>Something about a member that a clinician should look at. It holds no clinical value.</summary>
/// <param name="Kind">risk, safety or engagement.</param>
/// <param name="Severity">low, medium, high or critical.</param>
/// <param name="Status">open, acknowledged or resolved, in this order only.</param>
public sealed record Alert(
    Guid Id,
    Guid MemberId,
    string Kind,
    string Severity,
    string Status,
    DateTime CreatedAt,
    DateTime? AcknowledgedAt,
    DateTime? ResolvedAt);

/// <summary>Which alerts are wanted; null means all.</summary>
public sealed record AlertFilter(string? Status, string? Severity)
{
    public static readonly IReadOnlyList<string> Statuses = ["open", "acknowledged", "resolved"];
    public static readonly IReadOnlyList<string> Severities = ["low", "medium", "high", "critical"];
}
