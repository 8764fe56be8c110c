namespace RecoveryOS.Core.Backups.Restores.RestoredServers;

/// <summary>
/// A folder of one restore that is thrown away; disposing it kills the server that runs there and deletes it.
/// </summary>
public sealed class ScratchFolder : IAsyncDisposable
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(30);

    private readonly FileStream hold;

    private ScratchFolder(string path, FileStream hold) => (Path, this.hold) = (path, hold);

    public string Path { get; }

    /// <summary>For <see cref="PhysicalRestore"/>; not there yet.</summary>
    public string Data => System.IO.Path.Combine(Path, "data");

    /// <summary>The lock lies beside the folder: a folder is never there without it.</summary>
    internal static ScratchFolder Create(string path)
    {
        var hold = Lock(path) ?? throw new InvalidOperationException($"{path} is somebody's already.");
        Directory.CreateDirectory(path);
        return new ScratchFolder(path, hold);
    }

    /// <summary>Null while its owner lives.</summary>
    internal static ScratchFolder? TryTake(string path) =>
        Lock(path) is { } hold ? new ScratchFolder(path, hold) : null;

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Directory.Exists(Path))
            {
                var sockets = PostmasterFile.SocketFolder(Data);
                await ScratchFolders.KillAsync(Data, KillLimit, CancellationToken.None);
                await ScratchFolders.KillNamingAsync(Path, KillLimit, CancellationToken.None);
                RestoredServer.DeleteSocketFolder(sockets);
                Directory.Delete(Path, recursive: true);
            }

            File.Delete(LockOf(Path));
        }
        finally
        {
            await hold.DisposeAsync();
        }
    }

    private static string LockOf(string path) => $"{path}.lock";

    /// <summary>The kernel lets go of it however its holder ends.</summary>
    private static FileStream? Lock(string path)
    {
        try
        {
            return new FileStream(LockOf(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
