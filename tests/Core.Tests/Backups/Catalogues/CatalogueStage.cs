using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Tests.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Catalogues;

/// <summary>A catalogue in a folder, and the key that it is signed with.</summary>
internal sealed class CatalogueStage : IDisposable
{
    public const string Server = "clinic";

    public CatalogueStage() => Catalogue = Open(Signing);

    public StoreFolder Folder { get; } = new();

    public BackupSigningOptions Signing { get; } = BackupSettings.Signing("first");

    public BackupCatalogue Catalogue { get; }

    public static Func<CatalogueEntry, CatalogueEntry> Start(string reason) =>
        entry => entry with { WalChain = new WalChainStart(1, new Lsn(16), reason) };

    public static IOptions<BackupOptions> OptionsOf(BackupSigningOptions signing) =>
        Options.Create(new BackupOptions { Signing = signing });

    /// <summary>The same catalogue for somebody else.</summary>
    public BackupCatalogue Open(BackupSigningOptions signing) => new(
        new BackupVault(Folder.Store, BackupSettings.Create(false)),
        new CatalogueSigner(OptionsOf(signing)),
        TimeProvider.System);

    public async Task FillAsync(int count)
    {
        for (var number = 1; number <= count; number++)
            await Catalogue.AppendAsync(Server, Start($"start {number}"), TestContext.Current.CancellationToken);
    }

    public string FileOf(long sequence) => Folder.FileOf(StoreLayout.CatalogueEntry(Server, sequence));

    public void Dispose() => Folder.Dispose();
}
