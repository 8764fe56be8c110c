using System.Text.Json.Serialization;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Core.Messaging.Outbound;

namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>What a provider's error means, and what is done about it.</summary>
/// <param name="Code">The provider's own code, or <c>http_NNN</c>.</param>
/// <param name="Retry">By the same provider; null: never.</param>
/// <param name="Failover">By another provider; null: never.</param>
/// <param name="Alarm">Whether a person must look.</param>
/// <param name="AgainstProvider">Whether it speaks of the provider's health, and so counts for its circuit.</param>
public sealed record ErrorRule(
    string Code,
    string Meaning,
    ErrorClass Class,
    RetryRule? Retry = null,
    FailoverRule? Failover = null,
    bool Alarm = false,
    bool AgainstProvider = false)
{
    /// <summary>How long to wait before the same provider is tried again, or null where it is not.</summary>
    /// <param name="attempts">How often it was tried, from 1.</param>
    public TimeSpan? RetryAfter(TextClass textClass, int attempts) =>
        Retry is null || !Applies(Retry.For, textClass) ? null : Retry.DelayAfter(attempts);

    /// <summary>How long after the failure another provider may be tried, or null where none may.</summary>
    public TimeSpan? FailoverAfter(TextClass textClass) =>
        Failover is null || !Applies(Failover.For, textClass) ? null : TimeSpan.FromSeconds(Failover.AfterSeconds);

    private static bool Applies(TextGroup group, TextClass textClass) =>
        group is TextGroup.All || textClass is TextClass.Crisis or TextClass.Alert;
}

/// <summary>Whom a rule is for.</summary>
[JsonConverter(typeof(SnakeCaseEnum<TextGroup>))]
public enum TextGroup
{
    /// <summary>Crisis texts, and alerts to those on call.</summary>
    Crisis,

    /// <summary>Every text.</summary>
    All,
}

/// <summary>When another provider may be tried.</summary>
public sealed record FailoverRule(TextGroup For, double AfterSeconds = 0);
