using System.Text.Json;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Manifests;

/// <summary>Writes manifests to the vault, and reads them again.</summary>
public sealed class DataManifests(BackupVault vault)
{
    public Task<VaultObject> WriteAsync(string name, DataManifest manifest, CancellationToken cancellationToken) =>
        vault.WriteAsync(
            name, JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.DataManifest), cancellationToken);

    /// <exception cref="BackupStoreException">It is missing, or not what was written.</exception>
    public async Task<DataManifest> ReadAsync(VaultObject stored, CancellationToken cancellationToken)
    {
        await using var content = await vault.OpenAsync(stored, cancellationToken);
        try
        {
            var manifest = await JsonSerializer.DeserializeAsync(
                content, BackupJson.Default.DataManifest, cancellationToken);
            return manifest ?? throw new JsonException("is null");
        }
        catch (JsonException exception)
        {
            throw new BackupStoreException(
                BackupStoreFailure.Damaged, $"{stored.Name} is no data manifest.", exception);
        }
    }
}
