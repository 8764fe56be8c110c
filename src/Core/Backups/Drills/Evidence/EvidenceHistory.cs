using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Drills.Evidence;

/// <summary>The tests before one, by their own signed evidence: what a report needs that is made anew.</summary>
public sealed class EvidenceHistory(BackupVault vault, EvidenceReader reader)
{
    private const int Most = 20;

    /// <summary>Up to 20 earlier tests of the server by the same method, oldest first.</summary>
    /// <param name="leftOut">Told of each whose evidence does not verify: it is not drawn.</param>
    /// <exception cref="BackupStoreException">The store cannot be listed.</exception>
    public async Task<IReadOnlyList<DrillSummary>> ReadAsync(
        DrillEvidence test, Action<Guid, string> leftOut, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(leftOut);
        List<DrillSummary> summaries = [];
        foreach (var id in await EarlierAsync(test, cancellationToken))
        {
            if (summaries.Count == Most)
                break;

            switch (await reader.VerifyAsync(test.Server, id, cancellationToken))
            {
                case EvidenceVerification.Valid { Evidence: var earlier } when earlier.Method == test.Method:
                    summaries.Add(DrillSummary.Of(earlier));
                    break;
                case EvidenceVerification.Invalid { Reason: var reason }:
                    leftOut(id, reason);
                    break;
                case EvidenceVerification.Unread { Reason: var reason }:
                    leftOut(id, reason);
                    break;
            }
        }

        summaries.Reverse();
        return summaries;
    }

    /// <summary>Newest first: the ids are in the order in which the tests were asked for.</summary>
    private async Task<List<Guid>> EarlierAsync(DrillEvidence test, CancellationToken cancellationToken)
    {
        var prefix = StoreLayout.Tests(test.Server);
        List<Guid> ids = [];
        await foreach (var stored in vault.Store.ListAsync(prefix, cancellationToken))
        {
            if (stored.Name.EndsWith($"/{EvidenceReader.FileName}", StringComparison.Ordinal)
                && Guid.TryParse(
                    stored.Name.AsSpan(prefix.Length, stored.Name.IndexOf('/', prefix.Length) - prefix.Length),
                    out var id)
                && string.CompareOrdinal(id.ToString(), test.TestId.ToString()) < 0)
            {
                ids.Add(id);
            }
        }

        ids.Sort((one, other) => string.CompareOrdinal(other.ToString(), one.ToString()));
        return ids;
    }
}
