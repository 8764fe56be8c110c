using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Stores;

/// <summary>A folder for one test, with a store in it.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recoveryos-store-");

    public StoreFolder() => Store = new FolderStore(Path, TimeProvider.System);

    public string Path => folder.FullName;

    public FolderStore Store { get; }

    public string FileOf(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => folder.Delete(recursive: true);
}
