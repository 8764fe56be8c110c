using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Catalogues;

/// <summary>
/// What is known of a server's backups, in the store beside them. Entries are signed and not sealed, so that the chain
/// can be verified with the store and the public keys alone. Each is an object that is written once: of two writers
/// that take the same number one comes second, and takes the next.
/// </summary>
public sealed class BackupCatalogue(BackupVault vault, CatalogueSigner signer, TimeProvider time)
{
    /// <summary>Others get ahead at most so often in a row before something is wrong.</summary>
    private const int MaximumAttempts = 1000;

    private const int AtOnce = 8;

    /// <summary>All entries, oldest first; every signature and every link was verified.</summary>
    /// <exception cref="CatalogueException">An entry was changed, dropped, moved or added.</exception>
    /// <exception cref="BackupStoreException">The store does not answer.</exception>
    public async Task<IReadOnlyList<CatalogueEntry>> ReadAsync(string server, CancellationToken cancellationToken) =>
        (await ReadChainAsync(server, cancellationToken)).Entries;

    /// <summary>The newest entry's number and hash; <c>0</c> and the hash of nothing where there is none.</summary>
    public async Task<CatalogueHead> HeadAsync(string server, CancellationToken cancellationToken) =>
        (await ReadChainAsync(server, cancellationToken)).Head;

    /// <summary>Adds an entry at the end of the chain.</summary>
    /// <param name="fill">
    /// Adds what happened to an entry that has its place; called again when another writer took that place.
    /// </param>
    /// <exception cref="CatalogueException">The chain is broken: nothing is added to it.</exception>
    public async Task<CatalogueEntry> AppendAsync(
        string server, Func<CatalogueEntry, CatalogueEntry> fill, CancellationToken cancellationToken)
    {
        var chain = await ReadChainAsync(server, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var place = new CatalogueEntry
            {
                Sequence = chain.Next,
                Server = server,
                At = time.GetUtcNow(),
                Previous = chain.Head.Hash,
            };
            var entry = fill(place) with { Sequence = place.Sequence, Server = server, Previous = place.Previous };
            if (CatalogueChain.CountOf(entry) != 1)
                throw new ArgumentException("an entry says exactly one thing", nameof(fill));
            try
            {
                using var file = new MemoryStream(SignedEntry.Sign(entry, signer).ToBytes());
                await vault.Store.PutAsync(StoreLayout.CatalogueEntry(server, entry.Sequence), file, cancellationToken);
                return entry;
            }
            catch (BackupStoreException exception)
                when (exception.Failure is BackupStoreFailure.Exists && attempt < MaximumAttempts)
            {
                await ExtendAsync(server, chain, cancellationToken);
            }
        }
    }

    /// <summary>The physical and logical backups that were not pruned, oldest first.</summary>
    public async Task<IReadOnlyList<CatalogueEntry>> KeptAsync(string server, CancellationToken cancellationToken) =>
        KeptOf(await ReadAsync(server, cancellationToken));

    /// <summary>Of a chain that was read already.</summary>
    public static IReadOnlyList<CatalogueEntry> KeptOf(IReadOnlyList<CatalogueEntry> entries)
    {
        var gone = entries.Select(entry => entry.Pruned?.BackupId).ToHashSet();
        return [.. entries.Where(entry => (entry.Physical?.Id ?? entry.Logical?.Id) is { } id && !gone.Contains(id))];
    }

    internal static async Task<CatalogueChain> ReadChainAsync(
        IBackupStore store, CatalogueSigner signer, string server, CancellationToken cancellationToken)
    {
        var chain = new CatalogueChain(server, signer);
        List<string> names = [];
        await foreach (var found in store.ListAsync(StoreLayout.Catalogue(server), cancellationToken))
            names.Add(found.Name);
        foreach (var group in names.Chunk(AtOnce))
        {
            var files = await Task.WhenAll(group.Select(name => ReadFileAsync(store, name, cancellationToken)));
            foreach (var (name, file) in group.Zip(files))
            {
                if (name != StoreLayout.CatalogueEntry(server, chain.Next))
                    throw chain.Broken($"there is {Path.GetFileName(name)} in its place");
                chain.Add(file);
            }
        }

        return chain;
    }

    /// <summary>Adds what other writers appended since.</summary>
    private async Task ExtendAsync(string server, CatalogueChain chain, CancellationToken cancellationToken)
    {
        while (await vault.Store.FindAsync(
            StoreLayout.CatalogueEntry(server, chain.Next), cancellationToken) is { } found)
        {
            chain.Add(await ReadFileAsync(vault.Store, found.Name, cancellationToken));
        }
    }

    private Task<CatalogueChain> ReadChainAsync(string server, CancellationToken cancellationToken) =>
        ReadChainAsync(vault.Store, signer, server, cancellationToken);

    private static async Task<byte[]> ReadFileAsync(
        IBackupStore store, string name, CancellationToken cancellationToken)
    {
        await using var stream = await store.OpenAsync(name, cancellationToken);
        using var file = new MemoryStream();
        await stream.CopyToAsync(file, cancellationToken);
        return file.ToArray();
    }
}
