using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Tests.Settings;

namespace RecoveryOS.Core.Tests.Backups;

/// <summary>The product's services over a store and a work folder of their own.</summary>
internal sealed class BackupStage : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public BackupStage(params (string Name, string Value)[] settings)
    {
        Folder = Directory.CreateTempSubdirectory("recoveryos-stage-").FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Settings = new Dictionary<string, string?>
        {
            ["Database__Url"] = "postgres://nobody@127.0.0.1:1/none",
            ["Backups__Store__Url"] = Directory.CreateDirectory(Path.Combine(Folder, "store")).FullName,
            ["Backups__Folder"] = Path.Combine(Folder, "work"),
            ["Backups__Signing__KeyId"] = "test",
            ["Backups__Signing__Key"] = Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
        };
        foreach (var (name, value) in settings)
            Settings[name] = value;
        services = SampleSettings.Services(Settings);
    }

    public string Folder { get; }

    /// <summary>Named as in the environment.</summary>
    public Dictionary<string, string?> Settings { get; }

    public string StagingFolder => Path.Combine(Folder, "work", "staging");

    public BackupVault Vault => Get<BackupVault>();

    public BackupCatalogue Catalogue => Get<BackupCatalogue>();

    public PhysicalBackups Physical => Get<PhysicalBackups>();

    public LogicalBackups Logical => Get<LogicalBackups>();

    public DataManifests Manifests => Get<DataManifests>();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public async Task<IReadOnlyList<string>> ObjectsAsync(CancellationToken cancellationToken)
    {
        List<string> names = [];
        await foreach (var found in Vault.Store.ListAsync("", cancellationToken))
            names.Add(found.Name);
        return names;
    }

    /// <summary>Writes an object's content to a file.</summary>
    public async Task FetchAsync(VaultObject stored, string file, CancellationToken cancellationToken)
    {
        await using var content = await Vault.OpenAsync(stored, cancellationToken);
        await using var target = File.Create(file);
        await content.CopyToAsync(target, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
