using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Restores.Unpacking;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Tests.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Restores.Unpacking;

/// <summary>What comes out of the vault is what was stored, to its last byte, or nothing is said to be unpacked.</summary>
public sealed class PackedTarTests : IDisposable
{
    private readonly StoreFolder store = new();
    private readonly DirectoryInfo target = Directory.CreateTempSubdirectory("recoveryos-packed-");

    /// <summary>Each packing, in this process and in another.</summary>
    public static TheoryData<string, bool> Ways => new(
        from name in new[] { "base.tar", "base.tar.gz", "base.tar.zst" }
        from isHelped in new[] { false, true }
        select (name, isHelped));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        store.Dispose();
        target.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_was_stored_is_unpacked(string name, bool isHelped)
    {
        var sample = TarSample.Typical();

        await UnpackAsync(name, isHelped, sample, static _ => { });

        foreach (var (file, bytes) in sample.Files)
            Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(target.FullName, file), Stop));
    }

    /// <summary>Behind what an unpacker has to read, where only the object's own digest can tell.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_has_grown_in_the_store_is_damaged(string name, bool isHelped)
    {
        var failure = await Assert.ThrowsAsync<BackupStoreException>(() => UnpackAsync(
            name, isHelped, TarSample.Typical(), static path => File.AppendAllBytes(path, new byte[300_000])));

        Assert.Equal(BackupStoreFailure.Damaged, failure.Failure);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_was_changed_in_the_store_is_damaged(string name, bool isHelped)
    {
        var failure = await Assert.ThrowsAsync<BackupStoreException>(() => UnpackAsync(
            name, isHelped, TarSample.Typical(), static path =>
            {
                var content = File.ReadAllBytes(path);
                content[content.Length / 2] ^= 1;
                File.WriteAllBytes(path, content);
            }));

        Assert.Equal(BackupStoreFailure.Damaged, failure.Failure);
    }

    private async Task UnpackAsync(string name, bool isHelped, TarSample sample, Action<string> change)
    {
        var vault = new BackupVault(store.Store, Microsoft.Extensions.Options.Options.Create(new BackupOptions()));
        var stored = await vault.WriteAsync(name, sample.Packed(Packings.Of(name)), Stop);
        change(store.FileOf(name));
        var helper = isHelped ? new UnpackHelper(["dotnet", StoreWriter.Program]) : null;

        Assert.Empty(await new PackedTar(vault, stored).UnpackAsync(target.FullName, null, helper, null, Stop));
    }
}
