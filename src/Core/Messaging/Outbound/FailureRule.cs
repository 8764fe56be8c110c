using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>
/// What follows when a provider that had a text says that it failed: the catalogue's rule, for any class.
/// </summary>
/// <param name="RetrySeconds">After how long it is tried again, one for each try.</param>
/// <param name="RetryUpTo">The least urgent class that is tried again.</param>
/// <param name="FailoverSeconds">After how long it may go by another provider.</param>
/// <param name="FailoverUpTo">The least urgent class that may; null: none.</param>
/// <param name="IsConsent">The person wants no texts: no provider is asked again.</param>
/// <param name="IsAlarm">A person has to look at it.</param>
internal sealed record FailureRule(
    IReadOnlyList<double> RetrySeconds,
    TextClass? RetryUpTo,
    double FailoverSeconds,
    TextClass? FailoverUpTo,
    bool IsConsent,
    bool IsAlarm)
{
    /// <param name="code">The provider's; null where it gave none.</param>
    /// <param name="hasOther">Whether there is another provider to go by.</param>
    public static FailureRule Of(string provider, string? code, bool hasOther)
    {
        var rule = ErrorCatalogue.Find(provider, code ?? "none");
        return new(
            rule.Retry?.DelaysSeconds ?? [],
            LeastUrgent(rule.Retry?.For),
            rule.Failover?.AfterSeconds ?? 0,
            hasOther ? LeastUrgent(rule.Failover?.For) : null,
            rule.Class == ErrorClass.Consent,
            rule.Alarm);
    }

    private static TextClass? LeastUrgent(TextGroup? group) => group switch
    {
        null => null,
        TextGroup.Crisis => TextClass.Alert,
        _ => TextClass.Reminder,
    };
}
