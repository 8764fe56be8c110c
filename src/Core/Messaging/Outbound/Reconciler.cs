namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>Asks providers what became of texts that nobody told us the end of, and settles them.</summary>
public sealed class Reconciler
{
    /// <summary>Asks after the most urgent texts that are due, at most a few hundred at a time.</summary>
    /// <returns>How many texts were asked after.</returns>
    public Task<int> RunAsync(CancellationToken cancellationToken) =>
        Task.FromException<int>(new NotSupportedException("texts cannot be asked after yet"));
}
