namespace RecoveryOS.Core.Telemetry;

/// <summary>A logging scope: every line within it carries the request's id.</summary>
public sealed record RequestScope(string RequestId);
