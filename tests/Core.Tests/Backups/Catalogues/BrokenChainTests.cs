using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Tests.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Catalogues;

/// <summary>Whatever is changed in the store, a reader names the first entry that is not as it was.</summary>
public sealed class BrokenChainTests : IDisposable
{
    private readonly CatalogueStage stage = new();

    [Fact]
    public async Task A_changed_entry_is_named()
    {
        await stage.FillAsync(5);

        Rewrite(3, text => text.Replace("start 3", "start 9", StringComparison.Ordinal));

        await AssertBrokenAsync(3, "changed after it was signed");
    }

    [Fact]
    public async Task A_dropped_entry_is_named()
    {
        await stage.FillAsync(5);

        File.Delete(stage.FileOf(3));

        await AssertBrokenAsync(3, "there is 000000000004.json in its place");
    }

    [Fact]
    public async Task Entries_that_were_dropped_and_moved_up_are_named()
    {
        await stage.FillAsync(5);

        File.Move(stage.FileOf(4), stage.FileOf(3), overwrite: true);
        File.Move(stage.FileOf(5), stage.FileOf(4));

        await AssertBrokenAsync(3, "it says that it is entry 4");
    }

    [Fact]
    public async Task Swapped_entries_are_named()
    {
        await stage.FillAsync(5);

        var third = await File.ReadAllBytesAsync(stage.FileOf(3), TestContext.Current.CancellationToken);
        File.Copy(stage.FileOf(4), stage.FileOf(3), overwrite: true);
        await File.WriteAllBytesAsync(stage.FileOf(4), third, TestContext.Current.CancellationToken);

        await AssertBrokenAsync(3, "it says that it is entry 4");
    }

    [Fact]
    public async Task An_entry_of_another_history_is_named()
    {
        await stage.FillAsync(5);
        using var other = new StoreFolder();
        var twin = new BackupCatalogue(
            new BackupVault(other.Store, BackupSettings.Create(false)),
            new CatalogueSigner(CatalogueStage.OptionsOf(stage.Signing)),
            TimeProvider.System);
        for (var number = 1; number <= 3; number++)
            await twin.AppendAsync(
                CatalogueStage.Server, CatalogueStage.Start($"twin {number}"), TestContext.Current.CancellationToken);

        File.Copy(other.FileOf(StoreLayout.CatalogueEntry(CatalogueStage.Server, 3)), stage.FileOf(3), overwrite: true);

        await AssertBrokenAsync(3, "entry 2 is not the one that it was written after");
    }

    [Fact]
    public async Task An_entry_of_another_server_is_named()
    {
        await stage.FillAsync(1);
        await stage.Catalogue.AppendAsync(
            "other", CatalogueStage.Start("elsewhere"), TestContext.Current.CancellationToken);

        File.Copy(stage.Folder.FileOf(StoreLayout.CatalogueEntry("other", 1)), stage.FileOf(1), overwrite: true);

        await AssertBrokenAsync(1, "it belongs to the server other");
    }

    [Fact]
    public async Task An_entry_that_was_put_in_with_a_key_of_ones_own_is_named()
    {
        await stage.FillAsync(2);

        await Assert.ThrowsAsync<CatalogueException>(
            () => stage.Open(BackupSettings.Signing("strange")).AppendAsync(
                CatalogueStage.Server, CatalogueStage.Start("forged"), TestContext.Current.CancellationToken));
        // Somebody who holds the store, but not the key, writes what they like.
        var forger = stage.Open(new BackupSigningOptions
        {
            KeyId = "strange",
            Key = BackupSettings.Signing("strange").Key,
            PublicKeys = stage.Signing.PublicKeys,
        });
        await forger.AppendAsync(
            CatalogueStage.Server, CatalogueStage.Start("forged"), TestContext.Current.CancellationToken);

        await AssertBrokenAsync(3, "signed with the key 'strange'");
    }

    [Fact]
    public async Task A_strange_file_among_the_entries_is_named()
    {
        await stage.FillAsync(2);

        await File.WriteAllTextAsync(
            stage.Folder.FileOf("clinic/catalogue/000000000002-b.json"), "{}", TestContext.Current.CancellationToken);

        await AssertBrokenAsync(2, "there is 000000000002-b.json in its place");
    }

    [Fact]
    public async Task What_is_no_entry_at_all_is_named()
    {
        await stage.FillAsync(2);

        string[] texts = ["", "{", "[]", "{}", "null", """{"entry":1,"key_id":"first","signature":"AA=="}"""];
        foreach (var text in texts)
        {
            Rewrite(2, _ => text);
            await AssertBrokenAsync(2, "");
        }
    }

    public void Dispose() => stage.Dispose();

    private void Rewrite(long sequence, Func<string, string> change) =>
        File.WriteAllText(stage.FileOf(sequence), change(File.ReadAllText(stage.FileOf(sequence))));

    private async Task AssertBrokenAsync(long sequence, string reason)
    {
        var failure = await Assert.ThrowsAsync<CatalogueException>(
            () => stage.Catalogue.ReadAsync(CatalogueStage.Server, TestContext.Current.CancellationToken));
        Assert.Equal(sequence, failure.Sequence);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }
}
