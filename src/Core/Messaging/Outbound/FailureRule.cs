namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>What follows when a provider that had a text says that it failed.</summary>
/// <param name="Retries">After how long it is tried again, one for each try.</param>
/// <param name="FailoverUpTo">The least urgent class that goes by the other provider at once; null: none does.</param>
/// <param name="IsConsent">The person wants no texts: no other provider may be asked, and no other text sent.</param>
/// <param name="IsAlarm">A person has to look at it.</param>
public sealed record FailureRule(
    IReadOnlyList<TimeSpan> Retries, TextClass? FailoverUpTo = null, bool IsConsent = false, bool IsAlarm = false)
{
    public static FailureRule Nothing { get; } = new([]);

    /// <param name="code">The provider's; null where it gave none.</param>
    public static FailureRule Of(string? code) => code switch
    {
        "30003" => new([TimeSpan.FromMinutes(15), TimeSpan.FromHours(3)], TextClass.Alert),
        "30007" => new([], IsAlarm: true),
        "21610" => new([], IsConsent: true),
        _ => Nothing,
    };
}
