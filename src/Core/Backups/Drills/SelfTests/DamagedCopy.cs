using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>
/// A copy of the specimen's store, to be damaged. Who damages it may be anybody, also somebody who holds the keys: then
/// objects are written and signed anew, and only what they hold is wrong.
/// </summary>
internal sealed class DamagedCopy : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private DamagedCopy(Specimen specimen, BackupOptions options, ServiceProvider services) =>
        (Specimen, Options, this.services) = (specimen, options, services);

    public Specimen Specimen { get; }

    public BackupOptions Options { get; }

    public IServiceProvider Services => services;

    public BackupVault Vault => services.GetRequiredService<BackupVault>();

    private BackupCatalogue Catalogue => services.GetRequiredService<BackupCatalogue>();

    public static async Task<DamagedCopy> MakeAsync(
        Specimen specimen,
        string folder,
        NpgsqlDataSource dataSource,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var store = Path.Combine(folder, "store");
        // Objects are written once, so a name of their own for the same file is copy enough: damage replaces the file.
        await RunAsync(["cp", "-al", specimen.Options.Store.Url, store], cancellationToken);
        var options = SelfTestServices.Options(
            store, specimen.Options.Folder, specimen.Options.Targets[0].Url, specimen.Options);
        return new DamagedCopy(specimen, options, SelfTestServices.Of(options, dataSource, loggers));
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(Options.Store.Url) ?? Options.Store.Url, recursive: true);
    }

    /// <summary>Changes a stored file behind the store's back.</summary>
    public async Task ChangeFileAsync(string name, Func<byte[], byte[]> change, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Options.Store.Url, name);
        var content = change(await File.ReadAllBytesAsync(path, cancellationToken));
        File.Delete(path);
        await File.WriteAllBytesAsync(path, content, cancellationToken);
    }

    public void DeleteFile(string name) => File.Delete(Path.Combine(Options.Store.Url, name));

    /// <summary>The names of the stored files, in order.</summary>
    public IReadOnlyList<string> Files(string prefix) =>
    [
        .. Directory.EnumerateFiles(Options.Store.Url, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Options.Store.Url, path))
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    public async Task<CatalogueEntry> PhysicalAsync(CancellationToken cancellationToken) =>
        (await Catalogue.KeptAsync(SelfTestServices.Server, cancellationToken)).Last(
            entry => entry.Physical is not null);

    public async Task<CatalogueEntry> LogicalAsync(CancellationToken cancellationToken) =>
        (await Catalogue.KeptAsync(SelfTestServices.Server, cancellationToken)).Last(
            entry => entry.Logical is not null);

    /// <summary>
    /// Writes an object again with other content, and returns what the catalogue has to say of it then.
    /// </summary>
    public async Task<VaultObject> RewriteAsync(VaultObject old, Stream content, CancellationToken cancellationToken)
    {
        DeleteFile(old.Name);
        return await Vault.WriteAsync(old.Name, content, null, cancellationToken);
    }

    /// <summary>Writes the whole catalogue again, each entry changed and signed: a chain without a flaw.</summary>
    public async Task ResignAsync(Func<CatalogueEntry, CatalogueEntry> change, CancellationToken cancellationToken)
    {
        var entries = await Catalogue.ReadAsync(SelfTestServices.Server, cancellationToken);
        foreach (var name in Files(StoreLayout.Catalogue(SelfTestServices.Server)))
            DeleteFile(name);
        foreach (var entry in entries)
            await Catalogue.AppendAsync(
                SelfTestServices.Server,
                place => change(entry) with { At = entry.At, Sequence = place.Sequence },
                cancellationToken);
    }

    /// <summary>Changes files of the base itself, as if they had been so when it was taken.</summary>
    /// <param name="forgesManifest">PostgreSQL's own manifest is written again too.</param>
    public async Task ChangeBaseAsync(
        IReadOnlyList<string> files, Action<string> change, bool forgesManifest, CancellationToken cancellationToken)
    {
        var physical = (await PhysicalAsync(cancellationToken)).Physical
            ?? throw new InvalidOperationException("an entry of a physical backup has none");
        var folder = Directory.CreateDirectory(
            Path.Combine(Path.GetDirectoryName(Options.Store.Url) ?? "/", "base")).FullName;
        var tar = $"{folder}.tar";
        await SaveAsync(physical.Base, tar, cancellationToken);
        await RunAsync(["tar", "-xpf", tar, "-C", folder], cancellationToken);
        // PostgreSQL starts on no folder that others can read, and the archive carries the folder's own mode.
        await RunAsync(["chmod", "700", folder], cancellationToken);
        foreach (var file in files)
            change(Path.Combine(folder, file));
        await RunAsync(["tar", "-cpf", tar, "-C", folder, "."], cancellationToken);
        var changed = physical with { Base = await RewriteAsync(physical.Base, tar, cancellationToken) };
        if (forgesManifest)
        {
            var manifest = $"{folder}.manifest";
            await SaveAsync(physical.BackupManifest, manifest, cancellationToken);
            await File.WriteAllTextAsync(
                manifest,
                ForgedManifest.Write(await File.ReadAllTextAsync(manifest, cancellationToken), folder, files),
                cancellationToken);
            changed = changed with
            {
                BackupManifest = await RewriteAsync(physical.BackupManifest, manifest, cancellationToken),
            };
        }

        Directory.Delete(folder, recursive: true);
        await ResignAsync(
            entry => entry.Physical is null ? entry : entry with { Physical = changed }, cancellationToken);
    }

    private async Task<VaultObject> RewriteAsync(VaultObject old, string path, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(path);
        return await RewriteAsync(old, content, cancellationToken);
    }

    private async Task SaveAsync(VaultObject stored, string path, CancellationToken cancellationToken)
    {
        await using var content = await Vault.OpenAsync(stored, cancellationToken);
        await using var file = File.Create(path);
        await content.CopyToAsync(file, cancellationToken);
    }

    private static async Task RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var result = await ExternalCommand.RunAsync(command, cancellationToken);
        if (result.ExitCode != 0)
            throw new BackupException("self_test_failed", $"{command[0]} failed: {result.Reason}");
    }
}
