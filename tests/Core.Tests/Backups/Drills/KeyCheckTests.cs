using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Tests.Backups.Drills;

public sealed class KeyCheckTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("recoveryos-keys-").FullName;
    private readonly Dictionary<string, string> keys = new() { ["old"] = NewKey(), ["new"] = NewKey() };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Each_key_that_kept_backups_name_is_listed_and_proved()
    {
        var entries = new[] { await TakeAsync("old", 1), await TakeAsync("new", 2), await TakeAsync("", 3) };

        var result = await KeyCheck.RunAsync(Vault("new", keys), entries, CancellationToken);

        Assert.Equal(Verdict.Passed, result.Verdict);
        Assert.Contains(
            "'old' (1 objects), 'new' (1 objects); 1 objects are not sealed", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_not_configured_fails_though_the_newest_backup_does_not_need_it()
    {
        var entries = new[] { await TakeAsync("old", 1), await TakeAsync("new", 2) };

        var result = await KeyCheck.RunAsync(Vault("new", new() { ["new"] = keys["new"] }), entries, CancellationToken);

        Assert.Equal((Verdict.Failed, 1), (result.Verdict, result.Findings));
        Assert.Contains("'old'", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_under_the_same_name_fails()
    {
        var entries = new[] { await TakeAsync("old", 1) };

        var result = await KeyCheck.RunAsync(Vault("old", new() { ["old"] = NewKey() }), entries, CancellationToken);

        Assert.Equal(Verdict.Failed, result.Verdict);
    }

    [Fact]
    public async Task The_key_of_a_backup_that_was_pruned_may_be_gone()
    {
        var gone = await TakeAsync("old", 1);
        var pruned = new CatalogueEntry
        {
            Sequence = 2,
            Server = "main",
            At = default,
            Previous = "",
            Pruned = new PrunedBackup(gone.Logical?.Id ?? default, "too old"),
        };

        var result = await KeyCheck.RunAsync(
            Vault("new", new() { ["new"] = keys["new"] }), [gone, pruned, await TakeAsync("new", 3)],
            CancellationToken);

        Assert.Equal(Verdict.Passed, result.Verdict);
    }

    private async Task<CatalogueEntry> TakeAsync(string key, long sequence) => new()
    {
        Sequence = sequence,
        Server = "main",
        At = default,
        Previous = "",
        Logical = new LogicalBackup
        {
            Id = Guid.CreateVersion7(),
            StartedAt = default,
            FinishedAt = default,
            Server = new ServerFacts
            {
                MajorVersion = 15,
                Version = "15.1",
                SystemIdentifier = "7",
                WalSegmentSize = WalSegment.DefaultSize,
                HasDataChecksums = true,
            },
            Globals = await Vault(key, keys).WriteAsync(
                $"main/{sequence}", "CREATE ROLE a"u8.ToArray(), CancellationToken),
            Databases = [],
        },
    };

    private BackupVault Vault(string active, Dictionary<string, string> known) => new(
        new FolderStore(folder, TimeProvider.System),
        Options.Create(
            new BackupOptions { Encryption = new BackupEncryptionOptions { ActiveKeyId = active, Keys = known } }));

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
