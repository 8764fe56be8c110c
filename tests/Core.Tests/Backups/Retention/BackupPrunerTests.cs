using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Retention;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Tests.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Retention;

public sealed class BackupPrunerTests : IDisposable
{
    private const string Server = "clinic";

    private readonly StoreFolder folder = new();
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly BackupSigningOptions signing = BackupSettings.Signing("first");
    private readonly BackupCatalogue catalogue;
    private readonly BackupPruner pruner;

    public BackupPrunerTests()
    {
        var options = Options.Create(new BackupOptions { Signing = signing });
        catalogue = new BackupCatalogue(new BackupVault(folder.Store, options), new CatalogueSigner(options), time);
        pruner = PrunerOf(History.Rules());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_no_rule_keeps_goes_with_its_WAL_and_the_catalogue_says_so()
    {
        var old = await TakeAsync(daysAgo: 2, segment: 5);
        var young = await TakeAsync(daysAgo: 1, segment: 9);
        await WalAsync(
            "000000010000000000000004.gz",
            "000000010000000000000008.gz.partial-77",
            "000000010000000000000009.gz",
            "00000002.history");
        await PutAsync(StoreLayout.Test(Server, old) + "evidence.json");
        SetBack("wal");

        var result = await pruner.RunAsync(Server, Cancellation);

        Assert.Equal(4, result.RemovedObjects);
        Assert.Equal(
            [young], (await catalogue.KeptAsync(Server, Cancellation)).Select(entry => entry.Physical?.Id ?? default));
        Assert.Equal(
            [
                $"clinic/backups/{young}/backup_manifest", $"clinic/backups/{young}/base.tar",
                "clinic/tests/" + old + "/evidence.json",
                "clinic/wal/00000001/000000010000000000000009.gz", "clinic/wal/00000001/00000002.history",
            ],
            await NamesAsync());
        Assert.Equal(0, (await pruner.RunAsync(Server, Cancellation)).RemovedObjects);
    }

    [Fact]
    public async Task WAL_before_the_window_goes_while_older_bases_stay_and_the_catalogue_says_it_once()
    {
        var old = await TakeAsync(daysAgo: 9, segment: 5);
        var serving = await TakeAsync(daysAgo: 8, segment: 9);
        await TakeAsync(daysAgo: 1, segment: 12);
        await WalAsync("000000010000000000000005.gz", "000000010000000000000009.gz", "000000010000000000000012.gz");
        SetBack("wal");
        var keeping = PrunerOf(History.Rules(last: 3, windowDays: 7));

        var result = await keeping.RunAsync(Server, Cancellation);
        await keeping.RunAsync(Server, Cancellation);

        Assert.Empty(result.Plan.Gone);
        Assert.Equal(1, result.RemovedObjects);
        Assert.Contains(StoreLayout.BackupFile(Server, old, "base.tar"), await NamesAsync());
        Assert.Contains(StoreLayout.WalOf(Server, 1) + "000000010000000000000009.gz", await NamesAsync());
        var said = Assert.Single(
            (await catalogue.ReadAsync(Server, Cancellation)).Select(entry => entry.WalPruned).OfType<PrunedWal>());
        Assert.Equal(serving, said.BackupId);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        await TakeAsync(daysAgo: 2, segment: 5);
        await TakeAsync(daysAgo: 1, segment: 9);
        await WalAsync("000000010000000000000008.gz", "000000010000000000000009.gz");
        SetBack("wal");
        var before = await NamesAsync();

        var plan = await pruner.PlanAsync(Server, Cancellation);
        var wal = await pruner.WalAsync(Server, plan, Cancellation);

        Assert.Single(plan.Gone);
        Assert.EndsWith("8.gz", Assert.Single(wal).Name, StringComparison.Ordinal);
        Assert.Equal(before, await NamesAsync());
        Assert.Equal(2, (await catalogue.ReadAsync(Server, Cancellation)).Count);
    }

    [Fact]
    public async Task What_a_killed_run_left_goes_with_the_next()
    {
        var old = await TakeAsync(daysAgo: 2, segment: 5);
        await TakeAsync(daysAgo: 1, segment: 9);
        await catalogue.AppendAsync(
            Server, entry => entry with { Pruned = new PrunedBackup(old, "no rule keeps it") }, Cancellation);

        var result = await pruner.RunAsync(Server, Cancellation);

        Assert.Empty(result.Plan.Gone);
        Assert.Equal(2, result.RemovedObjects);
    }

    [Fact]
    public async Task An_upload_without_an_entry_goes_when_it_cannot_run_any_more()
    {
        await TakeAsync(daysAgo: 1, segment: 9);
        await PutAsync(StoreLayout.BackupFile(Server, Guid.NewGuid(), "base.tar"));

        Assert.Equal(0, (await pruner.RunAsync(Server, Cancellation)).RemovedObjects);
        time.Advance(TimeSpan.FromDays(4));
        Assert.Equal(1, (await pruner.RunAsync(Server, Cancellation)).RemovedObjects);
    }

    [Fact]
    public async Task What_a_policy_keeps_is_reported_and_the_rest_goes()
    {
        var old = await TakeAsync(daysAgo: 2, segment: 5);
        await TakeAsync(daysAgo: 1, segment: 9);
        var kept = StoreLayout.BackupFile(Server, old, "base.tar");
        await StoreWriter.ChangeFlagAsync("+i", folder.FileOf(kept));
        try
        {
            var result = await pruner.RunAsync(Server, Cancellation);

            Assert.Equal([kept], result.Immutable);
            Assert.Equal(1, result.RemovedObjects);
        }
        finally
        {
            await StoreWriter.ChangeFlagAsync("-i", folder.FileOf(kept));
        }

        Assert.Equal(1, (await pruner.RunAsync(Server, Cancellation)).RemovedObjects);
    }

    [Fact]
    public async Task Nothing_goes_by_the_word_of_a_broken_catalogue()
    {
        await TakeAsync(daysAgo: 2, segment: 5);
        await TakeAsync(daysAgo: 1, segment: 9);
        File.Delete(folder.FileOf(StoreLayout.CatalogueEntry(Server, 1)));
        var before = await NamesAsync();

        await Assert.ThrowsAsync<CatalogueException>(() => pruner.RunAsync(Server, Cancellation));

        Assert.Equal(before, await NamesAsync());
    }

    public void Dispose() => folder.Dispose();

    private BackupPruner PrunerOf(RetentionOptions rules)
    {
        var options = Options.Create(new BackupOptions { Retention = rules, Signing = signing });
        return new BackupPruner(catalogue, new BackupVault(folder.Store, options), options, time);
    }

    private async Task<Guid> TakeAsync(int daysAgo, ulong segment)
    {
        var id = Guid.NewGuid();
        await PutAsync(StoreLayout.BackupFile(Server, id, "base.tar"));
        await PutAsync(StoreLayout.BackupFile(Server, id, "backup_manifest"));
        var backup = History.PhysicalOf(id, time.GetUtcNow().AddDays(-daysAgo), segment);
        await catalogue.AppendAsync(Server, entry => entry with { Physical = backup }, Cancellation);
        return id;
    }

    private async Task WalAsync(params string[] files)
    {
        foreach (var file in files)
            await PutAsync(StoreLayout.WalOf(Server, 1) + file);
    }

    private Task<StoredObject> PutAsync(string name) =>
        folder.Store.PutAsync(name, new MemoryStream([1]), Cancellation);

    /// <summary>As if it had been stored long before.</summary>
    private void SetBack(string part)
    {
        var below = folder.FileOf($"{Server}/{part}");
        foreach (var file in Directory.EnumerateFiles(below, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, time.GetUtcNow().UtcDateTime.AddDays(-10));
    }

    private async Task<IReadOnlyList<string>> NamesAsync()
    {
        List<string> names = [];
        await foreach (var found in folder.Store.ListAsync("", Cancellation))
            names.Add(found.Name);
        return [.. names.Where(name => !name.Contains("/catalogue/", StringComparison.Ordinal))];
    }
}
