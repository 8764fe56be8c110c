using System.Text.Json;

namespace RecoveryOS.Core.Backups.Catalogues;

/// <summary>A server's entries from the first on, each verified when it is added: signature, place, and link.</summary>
internal sealed class CatalogueChain(string server, CatalogueSigner signer)
{
    private readonly List<CatalogueEntry> entries = [];
    private readonly List<string> hashes = [];

    public IReadOnlyList<CatalogueEntry> Entries => entries;

    public CatalogueHead Head { get; private set; } = new(0, SignedEntry.HashOf([]));

    public long Next => Head.Sequence + 1;

    /// <summary>The hash of each entry, which <c>--head</c> is compared with.</summary>
    public IReadOnlyList<string> Hashes => hashes;

    /// <exception cref="CatalogueException">It is not the next entry of this chain.</exception>
    public void Add(ReadOnlyMemory<byte> file)
    {
        var (signed, entry) = Parse(file);
        if (entry.Server != server)
            throw Broken($"it belongs to the server {entry.Server}");
        if (entry.Sequence != Next)
            throw Broken($"it says that it is entry {entry.Sequence}");
        if (entry.Previous != Head.Hash)
            throw Broken(
                Next == 1
                    ? "it names an entry before the first"
                    : $"entry {Head.Sequence} is not the one that it was written after");
        if (CountOf(entry) != 1)
            throw Broken("it holds nothing, or several things");

        Accept(signed, entry);
    }

    /// <summary>Takes an entry that this process has just signed and stored.</summary>
    public void Accept(SignedEntry signed, CatalogueEntry entry)
    {
        entries.Add(entry);
        hashes.Add(signed.Hash);
        Head = new CatalogueHead(entry.Sequence, signed.Hash);
    }

    public CatalogueException Broken(string reason, Exception? cause = null) => new(server, Next, reason, cause);

    /// <summary>How many things an entry says: it has to be one.</summary>
    public static int CountOf(CatalogueEntry entry) =>
        new object?[] { entry.Physical, entry.Logical, entry.Pruned, entry.WalPruned, entry.WalChain, entry.Tested }
            .Count(part => part is not null);

    private (SignedEntry Signed, CatalogueEntry Entry) Parse(ReadOnlyMemory<byte> file)
    {
        try
        {
            var signed = SignedEntry.Parse(file);
            // Nothing that the signature doesn't cover is read as an entry.
            if (!signer.Knows(signed.KeyId))
                throw Broken($"it is signed with the key '{signed.KeyId}', and Backups:Signing has no such key");
            if (!signer.Verify(signed.KeyId, signed.Content, signed.Signature))
                throw Broken("its signature is not right: it was changed after it was signed");
            var entry = JsonSerializer.Deserialize(signed.Content, BackupJson.Default.CatalogueEntry);
            return (signed, entry ?? throw Broken("it is null"));
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw Broken("it is not a signed entry", exception);
        }
    }
}
