using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Cli.Tests.Backups;

public sealed class BackupsCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Dictionary<string, string> settings;
    private readonly BackupCatalogue catalogue;
    private readonly FolderStore store;

    public BackupsCommandTests()
    {
        var options = Options.Create(new BackupOptions
        {
            Signing = new BackupSigningOptions
            {
                KeyId = "autumn",
                Key = Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
            },
        });
        store = new FolderStore(folder.Path, TimeProvider.System);
        catalogue = new BackupCatalogue(
            new BackupVault(store, options), new CatalogueSigner(options), TimeProvider.System);
        settings = new Dictionary<string, string>
        {
            ["Database__Url"] = "postgres://nobody@127.0.0.1:1/nothing",
            ["Backups__Store__Url"] = folder.Path,
            ["Backups__Folder"] = folder.Path,
            ["Backups__Targets__0__Name"] = "clinic",
            ["Backups__Targets__0__Url"] = "postgres://nobody@127.0.0.1:1/nothing",
            ["Backups__Signing__KeyId"] = "autumn",
            ["Backups__Signing__Key"] = options.Value.Signing.Key,
            ["Backups__Retention__Last"] = "1",
            ["Backups__Retention__Daily"] = "0",
            ["Backups__Retention__Weekly"] = "0",
            ["Backups__Retention__Monthly"] = "0",
        };
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Backups_are_listed_shown_and_pruned()
    {
        Assert.Equal("There is no backup", (await RunAsync("show", $"{Guid.Empty}")).Error[12..30]);
        Assert.Equal("There are no backups yet.\n", (await RunAsync("list")).Output);
        var (old, young) = (await DumpAsync(9), await DumpAsync(1));

        var list = await RunAsync("list");
        var json = JsonNode.Parse((await RunAsync("list", "--json")).Output);
        var shown = JsonNode.Parse((await RunAsync("show", $"{young}")).Output);
        var dryRun = await RunAsync("prune", "--dry-run");
        var stillThere = await store.FindAsync(StoreLayout.BackupFile("clinic", old, "globals.sql"), Cancellation);
        var pruned = await RunAsync("prune");

        Assert.True(list.ExitCode == 0, list.Error);
        Assert.Matches(
            $"^clinic  logical   {old}  .* 2 KB +3 B stored  not tested\nclinic  logical   {young} ", list.Output);
        Assert.Equal([$"{old}", $"{young}"], json?["backups"]?.AsArray().Select(backup => $"{backup?["id"]}") ?? []);
        Assert.Equal($"{young}", $"{shown?["logical"]?["id"]}");
        Assert.Contains($"clinic  would go  logical   {old}", dryRun.Output, StringComparison.Ordinal);
        Assert.NotNull(stillThere);
        Assert.Contains($"clinic  gone      logical   {old}", pruned.Output, StringComparison.Ordinal);
        Assert.Contains("clinic: 1 objects removed, 3 B", pruned.Output, StringComparison.Ordinal);
        Assert.Equal(
            [young], (await catalogue.KeptAsync("clinic", Cancellation)).Select(entry => entry.Logical?.Id ?? default));
    }

    [Fact]
    public async Task A_chain_is_verified_with_the_store_and_a_public_key_alone()
    {
        await DumpAsync(2);
        await DumpAsync(1);
        using var keys = new TemporaryFolder();
        var file = Path.Combine(keys.Path, "autumn.pub.pem");
        await File.WriteAllTextAsync(file, key.ExportSubjectPublicKeyInfoPem(), Cancellation);
        string[] offline = ["backups", "verify-chain", "--store", folder.Path, "--public-key"];

        var whole = await CliProcess.RunAsync([.. offline, file]);
        var head = whole.Output.Trim().Split(' ')[^1];
        File.Delete(Path.Combine(folder.Path, StoreLayout.CatalogueEntry("clinic", 2)));
        var cut = await CliProcess.RunAsync([.. offline, $"autumn={file}"]);
        var cutWithHead = await CliProcess.RunAsync([.. offline, file, "--server", "clinic", "--head", head, "--json"]);
        var strange = await CliProcess.RunAsync([.. offline, $"winter={file}"]);

        Assert.Equal((0, $"whole   clinic  2 entries  --head {head}\n"), (whole.ExitCode, whole.Output));
        Assert.StartsWith("2:", head, StringComparison.Ordinal);
        Assert.Equal(0, cut.ExitCode);
        Assert.Equal(1, cutWithHead.ExitCode);
        Assert.Contains(
            "its end was cut off", $"{JsonNode.Parse(cutWithHead.Output)?["chains"]?[0]?["reason"]}",
            StringComparison.Ordinal);
        Assert.Equal(1, strange.ExitCode);
        Assert.Contains(
            "broken  clinic  The catalogue of clinic is broken at entry 1: it is signed with the key 'autumn'",
            strange.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_is_verified_with_the_service_s_settings()
    {
        (await RunAsync("verify-chain")).AssertFailed(1, "There is no catalogue in the store.");
        await DumpAsync(1);

        Assert.Equal(0, (await RunAsync("verify-chain")).ExitCode);
        settings["Backups__Store__Url"] = Path.Combine(folder.Path, "unmounted");
        (await RunAsync("verify-chain")).AssertFailed(1, "is not there: mount its disk");
    }

    [Fact]
    public async Task Without_a_store_or_with_a_wrong_setting_it_says_so()
    {
        (await CliProcess.RunAsync("backups", "list", "--data", folder.Path)).AssertFailed(1, "No settings were found");
        settings["Backups__Store__Url"] = "";
        (await RunAsync("list")).AssertFailed(
            1, "Nothing is backed up: Backups:Store:Url is empty in the environment.");
        settings["Backups__Store__Url"] = folder.Path;
        (await RunAsync("list", "--server", "other")).AssertFailed(
            1, "There is no server 'other' in Backups:Targets; there are: clinic.");
        settings["Backups__Signing__Key"] = "abc";
        (await RunAsync("list")).AssertFailed(1, "Backups:Signing:Key must be base64 of an ECDSA P-256 key");
    }

    public void Dispose()
    {
        key.Dispose();
        folder.Dispose();
    }

    private Task<CliProcess> RunAsync(params string[] arguments) =>
        CliProcess.RunAsync(settings, ["backups", .. arguments, "--data", folder.Path]);

    private async Task<Guid> DumpAsync(int daysAgo)
    {
        var id = Guid.NewGuid();
        var at = DateTimeOffset.UtcNow.AddDays(-daysAgo);
        var name = StoreLayout.BackupFile("clinic", id, "globals.sql");
        await store.PutAsync(name, new MemoryStream([1, 2, 3]), Cancellation);
        var nothing = new VaultObject("nothing", 0, 0, "", null);
        var dump = new LogicalBackup
        {
            Id = id,
            StartedAt = at,
            FinishedAt = at,
            Server = new ServerFacts
            {
                MajorVersion = 15,
                Version = "15",
                SystemIdentifier = "1",
                WalSegmentSize = WalSegment.DefaultSize,
                HasDataChecksums = true,
            },
            Globals = new VaultObject(name, 3, 3, "", null),
            Databases = [new DatabaseDump("clinic", at, nothing, nothing, 2000)],
        };
        await catalogue.AppendAsync("clinic", entry => entry with { Logical = dump }, Cancellation);
        return id;
    }
}
