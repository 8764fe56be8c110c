using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Catalogues;

/// <summary>
/// Verifies catalogues with a store and public keys alone: no database, no private key, no encryption key.
/// </summary>
public sealed class ChainVerification(IBackupStore store, CatalogueSigner signer)
{
    /// <summary>The servers that have a catalogue in the store.</summary>
    public async Task<IReadOnlyList<string>> ServersAsync(CancellationToken cancellationToken)
    {
        SortedSet<string> servers = new(StringComparer.Ordinal);
        await foreach (var found in store.ListAsync("", cancellationToken))
        {
            if (found.Name.Split('/') is [var server, "catalogue", _])
                servers.Add(server);
        }

        return [.. servers];
    }

    /// <param name="known">
    /// An entry that somebody wrote down earlier; null: a chain whose end was cut off looks whole.
    /// </param>
    /// <returns>The newest entry.</returns>
    /// <exception cref="CatalogueException">
    /// An entry was changed, dropped, moved or added, or the known one is not there.
    /// </exception>
    public async Task<CatalogueHead> RunAsync(string server, CatalogueHead? known, CancellationToken cancellationToken)
    {
        var chain = await BackupCatalogue.ReadChainAsync(store, signer, server, cancellationToken);
        if (known is null)
            return chain.Head;
        if (known.Sequence > chain.Head.Sequence)
        {
            throw new CatalogueException(
                server,
                chain.Next,
                $"the chain ends before entry {known.Sequence}, which was there: its end was cut off");
        }

        return known.Sequence == 0 || chain.Hashes[(int)known.Sequence - 1] == known.Hash
            ? chain.Head
            : throw new CatalogueException(server, known.Sequence, "it is not the one whose hash was written down");
    }
}
