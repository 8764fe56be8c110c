using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Tests.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Catalogues;

public sealed class BackupCatalogueTests : IDisposable
{
    private const string Server = "clinic";

    private readonly StoreFolder folder = new();
    private readonly BackupSigningOptions signing = BackupSettings.Signing("first");
    private readonly BackupCatalogue catalogue;

    public BackupCatalogueTests() => catalogue = Catalogue(signing);

    [Fact]
    public async Task Entries_come_back_in_their_order_with_their_links()
    {
        await FillAsync(5);

        var entries = await catalogue.ReadAsync(Server, TestContext.Current.CancellationToken);

        Assert.Equal([1, 2, 3, 4, 5], entries.Select(entry => entry.Sequence));
        Assert.Equal(
            ["start 1", "start 2", "start 3", "start 4", "start 5"], entries.Select(entry => entry.WalChain?.Reason));
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", entries[0].Previous);
        Assert.Empty(await catalogue.ReadAsync("other", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_changed_entry_is_named()
    {
        await FillAsync(5);

        Rewrite(3, text => text.Replace("start 3", "start 9", StringComparison.Ordinal));

        await AssertBrokenAsync(3, "changed after it was signed");
    }

    [Fact]
    public async Task A_dropped_entry_is_named()
    {
        await FillAsync(5);

        File.Delete(FileOf(3));

        await AssertBrokenAsync(3, "there is 000000000004.json in its place");
    }

    [Fact]
    public async Task Entries_that_were_dropped_and_moved_up_are_named()
    {
        await FillAsync(5);

        File.Move(FileOf(4), FileOf(3), overwrite: true);
        File.Move(FileOf(5), FileOf(4));

        await AssertBrokenAsync(3, "it says that it is entry 4");
    }

    [Fact]
    public async Task Swapped_entries_are_named()
    {
        await FillAsync(5);

        var third = await File.ReadAllBytesAsync(FileOf(3), TestContext.Current.CancellationToken);
        File.Copy(FileOf(4), FileOf(3), overwrite: true);
        await File.WriteAllBytesAsync(FileOf(4), third, TestContext.Current.CancellationToken);

        await AssertBrokenAsync(3, "it says that it is entry 4");
    }

    [Fact]
    public async Task An_entry_of_another_history_is_named()
    {
        await FillAsync(5);
        using var other = new StoreFolder();
        var twin = new BackupCatalogue(
            new BackupVault(other.Store, BackupSettings.Create(false)),
            new CatalogueSigner(OptionsOf(signing)),
            TimeProvider.System);
        for (var number = 1; number <= 3; number++)
            await twin.AppendAsync(Server, Start($"twin {number}"), TestContext.Current.CancellationToken);

        File.Copy(other.FileOf(StoreLayout.CatalogueEntry(Server, 3)), FileOf(3), overwrite: true);

        await AssertBrokenAsync(3, "entry 2 is not the one that it was written after");
    }

    [Fact]
    public async Task An_entry_of_another_server_is_named()
    {
        await FillAsync(1);
        await catalogue.AppendAsync("other", Start("elsewhere"), TestContext.Current.CancellationToken);

        File.Copy(folder.FileOf(StoreLayout.CatalogueEntry("other", 1)), FileOf(1), overwrite: true);

        await AssertBrokenAsync(1, "it belongs to the server other");
    }

    [Fact]
    public async Task An_entry_that_was_put_in_with_a_key_of_ones_own_is_named()
    {
        await FillAsync(2);

        await Assert.ThrowsAsync<CatalogueException>(
            () => Catalogue(BackupSettings.Signing("strange")).AppendAsync(
                Server, Start("forged"), TestContext.Current.CancellationToken));
        // Somebody who holds the store, but not the key, writes what they like.
        var forger = Catalogue(new BackupSigningOptions
        {
            KeyId = "strange",
            Key = BackupSettings.Signing("strange").Key,
            PublicKeys = signing.PublicKeys,
        });
        await forger.AppendAsync(Server, Start("forged"), TestContext.Current.CancellationToken);

        await AssertBrokenAsync(3, "signed with the key 'strange'");
    }

    [Fact]
    public async Task A_strange_file_among_the_entries_is_named()
    {
        await FillAsync(2);

        await File.WriteAllTextAsync(
            folder.FileOf("clinic/catalogue/000000000002-b.json"), "{}", TestContext.Current.CancellationToken);

        await AssertBrokenAsync(2, "there is 000000000002-b.json in its place");
    }

    [Fact]
    public async Task What_is_no_entry_at_all_is_named()
    {
        await FillAsync(2);

        string[] texts = ["", "{", "[]", "{}", "null", """{"entry":1,"key_id":"first","signature":"AA=="}"""];
        foreach (var text in texts)
        {
            Rewrite(2, _ => text);
            await AssertBrokenAsync(2, "");
        }
    }

    [Fact]
    public async Task Nothing_is_added_to_a_broken_chain()
    {
        await FillAsync(3);
        File.Delete(FileOf(2));

        await Assert.ThrowsAsync<CatalogueException>(
            () => catalogue.AppendAsync(Server, Start("more"), TestContext.Current.CancellationToken));

        Assert.False(File.Exists(FileOf(4)));
    }

    [Fact]
    public async Task Two_writers_that_race_leave_a_chain_without_holes()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var other = Catalogue(signing);

        await Task.WhenAll(
            Task.Run(() => AppendManyAsync(catalogue, "one"), cancellationToken),
            Task.Run(() => AppendManyAsync(other, "two"), cancellationToken));

        var entries = await catalogue.ReadAsync(Server, cancellationToken);
        Assert.Equal(Enumerable.Range(1, 100).Select(number => (long)number), entries.Select(entry => entry.Sequence));
        Assert.Equal(
            Enumerable.Range(0, 50).SelectMany(number => new[] { $"one {number}", $"two {number}" })
                .Order(StringComparer.Ordinal),
            entries.Select(entry => entry.WalChain?.Reason).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Entries_of_a_retired_key_stay_good()
    {
        await FillAsync(2);
        var next = BackupSettings.Signing("second");
        next.PublicKeys["first"] = signing.PublicKeys["first"];
        var later = Catalogue(next);

        await later.AppendAsync(Server, Start("with the new key"), TestContext.Current.CancellationToken);

        Assert.Equal(3, (await later.ReadAsync(Server, TestContext.Current.CancellationToken)).Count);
        next.PublicKeys.Remove("first");
        await Assert.ThrowsAsync<CatalogueException>(
            () => later.ReadAsync(Server, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_cut_or_rewritten_end_is_noticed_by_whoever_kept_the_head()
    {
        await FillAsync(3);
        var verification = new ChainVerification(
            folder.Store, new CatalogueSigner(OptionsOf(new BackupSigningOptions { PublicKeys = signing.PublicKeys })));
        var head = await verification.RunAsync(Server, null, TestContext.Current.CancellationToken);
        Assert.Equal(head, await catalogue.HeadAsync(Server, TestContext.Current.CancellationToken));
        await FillAsync(1);
        Assert.Equal(4, (await verification.RunAsync(Server, head, TestContext.Current.CancellationToken)).Sequence);

        File.Delete(FileOf(4));
        File.Delete(FileOf(3));

        Assert.Equal(2, (await verification.RunAsync(Server, null, TestContext.Current.CancellationToken)).Sequence);
        var cut = await Assert.ThrowsAsync<CatalogueException>(
            () => verification.RunAsync(Server, head, TestContext.Current.CancellationToken));
        Assert.Contains("its end was cut off", cut.Message, StringComparison.Ordinal);
        await FillAsync(1);
        var rewritten = await Assert.ThrowsAsync<CatalogueException>(
            () => verification.RunAsync(Server, head, TestContext.Current.CancellationToken));
        Assert.Equal(3, rewritten.Sequence);
        Assert.Contains("whose hash was written down", rewritten.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", true)]
    [InlineData("12:e3b0", false)]
    [InlineData("-1:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", false)]
    [InlineData("", false)]
    public void A_head_is_read_as_it_is_written(string text, bool isOne)
    {
        Assert.Equal(isOne, CatalogueHead.TryParse(text, out var head));
        Assert.Equal(isOne ? text : null, head?.ToString());
    }

    [Fact]
    public async Task An_entry_says_exactly_one_thing()
    {
        await Assert.ThrowsAsync<ArgumentException>(
            () => catalogue.AppendAsync(Server, entry => entry, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => catalogue.AppendAsync(
            Server,
            entry => Start("two")(entry) with { Pruned = new PrunedBackup(Guid.Empty, "") },
            TestContext.Current.CancellationToken));
    }

    public void Dispose() => folder.Dispose();

    private static async Task AppendManyAsync(BackupCatalogue writer, string name)
    {
        for (var number = 0; number < 50; number++)
            await writer.AppendAsync(Server, Start($"{name} {number}"), TestContext.Current.CancellationToken);
    }

    private static Func<CatalogueEntry, CatalogueEntry> Start(string reason) =>
        entry => entry with { WalChain = new WalChainStart(1, new Lsn(16), reason) };

    private static IOptions<BackupOptions> OptionsOf(BackupSigningOptions signing) =>
        Options.Create(new BackupOptions { Signing = signing });

    private BackupCatalogue Catalogue(BackupSigningOptions signing) => new(
        new BackupVault(folder.Store, BackupSettings.Create(false)),
        new CatalogueSigner(OptionsOf(signing)),
        TimeProvider.System);

    private async Task FillAsync(int count)
    {
        for (var number = 1; number <= count; number++)
            await catalogue.AppendAsync(Server, Start($"start {number}"), TestContext.Current.CancellationToken);
    }

    private string FileOf(long sequence) => folder.FileOf(StoreLayout.CatalogueEntry(Server, sequence));

    private void Rewrite(long sequence, Func<string, string> change) =>
        File.WriteAllText(FileOf(sequence), change(File.ReadAllText(FileOf(sequence))));

    private async Task AssertBrokenAsync(long sequence, string reason)
    {
        var failure = await Assert.ThrowsAsync<CatalogueException>(
            () => catalogue.ReadAsync(Server, TestContext.Current.CancellationToken));
        Assert.Equal(sequence, failure.Sequence);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }
}
