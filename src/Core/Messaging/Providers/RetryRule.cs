namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>How often the same provider is tried again, and after what waits.</summary>
/// <param name="DelaysSeconds">One for each repetition.</param>
/// <param name="Jitter">Whether waits are drawn from their upper half: many texts do not come back at once.</param>
public sealed record RetryRule(TextGroup For, IReadOnlyList<double> DelaysSeconds, bool Jitter = false)
{
    /// <summary>The wait after so many attempts, or null when there were enough.</summary>
    public TimeSpan? DelayAfter(int attempts)
    {
        if (attempts < 1 || attempts > DelaysSeconds.Count)
        {
            return null;
        }

        var delay = TimeSpan.FromSeconds(DelaysSeconds[attempts - 1]);
        return Jitter ? delay * (0.5 + (Random.Shared.NextDouble() / 2)) : delay;
    }
}
