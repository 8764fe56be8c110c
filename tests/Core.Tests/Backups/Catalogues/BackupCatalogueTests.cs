using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;

namespace RecoveryOS.Core.Tests.Backups.Catalogues;

public sealed class BackupCatalogueTests : IDisposable
{
    private readonly CatalogueStage stage = new();

    [Fact]
    public async Task Entries_come_back_in_their_order_with_their_links()
    {
        await stage.FillAsync(5);

        var entries = await stage.Catalogue.ReadAsync(CatalogueStage.Server, TestContext.Current.CancellationToken);

        Assert.Equal([1, 2, 3, 4, 5], entries.Select(entry => entry.Sequence));
        Assert.Equal(
            ["start 1", "start 2", "start 3", "start 4", "start 5"], entries.Select(entry => entry.WalChain?.Reason));
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", entries[0].Previous);
        Assert.Empty(await stage.Catalogue.ReadAsync("other", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Nothing_is_added_to_a_broken_chain()
    {
        await stage.FillAsync(3);
        File.Delete(stage.FileOf(2));

        await Assert.ThrowsAsync<CatalogueException>(
            () => stage.Catalogue.AppendAsync(
                CatalogueStage.Server, CatalogueStage.Start("more"), TestContext.Current.CancellationToken));

        Assert.False(File.Exists(stage.FileOf(4)));
    }

    [Fact]
    public async Task Two_writers_that_race_leave_a_chain_without_holes()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var other = stage.Open(stage.Signing);

        await Task.WhenAll(
            Task.Run(() => AppendManyAsync(stage.Catalogue, "one"), cancellationToken),
            Task.Run(() => AppendManyAsync(other, "two"), cancellationToken));

        var entries = await stage.Catalogue.ReadAsync(CatalogueStage.Server, cancellationToken);
        Assert.Equal(Enumerable.Range(1, 100).Select(number => (long)number), entries.Select(entry => entry.Sequence));
        Assert.Equal(
            Enumerable.Range(0, 50).SelectMany(number => new[] { $"one {number}", $"two {number}" })
                .Order(StringComparer.Ordinal),
            entries.Select(entry => entry.WalChain?.Reason).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Entries_of_a_retired_key_stay_good()
    {
        await stage.FillAsync(2);
        var next = BackupSettings.Signing("second");
        next.PublicKeys["first"] = stage.Signing.PublicKeys["first"];
        var later = stage.Open(next);

        await later.AppendAsync(
            CatalogueStage.Server, CatalogueStage.Start("with the new key"), TestContext.Current.CancellationToken);

        Assert.Equal(3, (await later.ReadAsync(CatalogueStage.Server, TestContext.Current.CancellationToken)).Count);
        next.PublicKeys.Remove("first");
        await Assert.ThrowsAsync<CatalogueException>(
            () => later.ReadAsync(CatalogueStage.Server, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_cut_or_rewritten_end_is_noticed_by_whoever_kept_the_head()
    {
        await stage.FillAsync(3);
        var verification = new ChainVerification(
            stage.Folder.Store, new CatalogueSigner(
                CatalogueStage.OptionsOf(new BackupSigningOptions { PublicKeys = stage.Signing.PublicKeys })));
        var head = await verification.RunAsync(CatalogueStage.Server, null, TestContext.Current.CancellationToken);
        Assert.Equal(
            head, await stage.Catalogue.HeadAsync(CatalogueStage.Server, TestContext.Current.CancellationToken));
        await stage.FillAsync(1);
        Assert.Equal(
            4,
            (await verification.RunAsync(CatalogueStage.Server, head, TestContext.Current.CancellationToken)).Sequence);

        File.Delete(stage.FileOf(4));
        File.Delete(stage.FileOf(3));

        Assert.Equal(
            2,
            (await verification.RunAsync(CatalogueStage.Server, null, TestContext.Current.CancellationToken)).Sequence);
        var cut = await Assert.ThrowsAsync<CatalogueException>(
            () => verification.RunAsync(CatalogueStage.Server, head, TestContext.Current.CancellationToken));
        Assert.Contains("its end was cut off", cut.Message, StringComparison.Ordinal);
        await stage.FillAsync(1);
        var rewritten = await Assert.ThrowsAsync<CatalogueException>(
            () => verification.RunAsync(CatalogueStage.Server, head, TestContext.Current.CancellationToken));
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
            () => stage.Catalogue.AppendAsync(
                CatalogueStage.Server, entry => entry, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => stage.Catalogue.AppendAsync(
            CatalogueStage.Server,
            entry => CatalogueStage.Start("two")(entry) with { Pruned = new PrunedBackup(Guid.Empty, "") },
            TestContext.Current.CancellationToken));
    }

    public void Dispose() => stage.Dispose();

    private static async Task AppendManyAsync(BackupCatalogue writer, string name)
    {
        for (var number = 0; number < 50; number++)
            await writer.AppendAsync(
                CatalogueStage.Server, CatalogueStage.Start($"{name} {number}"), TestContext.Current.CancellationToken);
    }
}
