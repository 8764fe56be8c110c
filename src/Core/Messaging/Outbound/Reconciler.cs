namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>Asks providers what became of texts that nobody told us the end of, and settles them.</summary>
public sealed class Reconciler(StatusLedger ledger)
{
    /// <summary>Asks after the most urgent texts that are due, a bounded number at a time.</summary>
    /// <returns>How many texts were asked after.</returns>
    public Task<int> RunAsync(CancellationToken cancellationToken) =>
        Task.FromException<int>(new NotSupportedException($"{ledger} cannot ask yet"));
}
