namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>What a run of the dispatcher did.</summary>
/// <param name="Accepted">A provider has them.</param>
/// <param name="Unknown">Handed over perhaps.</param>
/// <param name="Refused">Not taken by a provider: to be tried again, or given up.</param>
/// <param name="Held">They wait for the hours of the day, or for a provider.</param>
/// <param name="Dropped">Not sent any more: not needed, too late, not wanted, or not to be read.</param>
public readonly record struct DispatchCounts(int Accepted, int Unknown, int Refused, int Held, int Dropped)
{
    public static DispatchCounts operator +(DispatchCounts one, DispatchCounts other) => new(
        one.Accepted + other.Accepted, one.Unknown + other.Unknown, one.Refused + other.Refused, one.Held + other.Held,
        one.Dropped + other.Dropped);
}
