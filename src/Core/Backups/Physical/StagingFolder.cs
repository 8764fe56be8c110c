using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Physical;

/// <summary>
/// Where one run stages its files, below <c>Backups:Folder</c>. A locked file beside it says that the run lives; the
/// lock ends with its process, however that ends.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    private const string LockSuffix = ".lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    private readonly FileStream life;

    private StagingFolder(string path, FileStream life) => (Path, this.life) = (path, life);

    public string Path { get; }

    /// <summary>Makes one, and removes what killed runs left, their programs included.</summary>
    public static async Task<StagingFolder> OpenAsync(string folder, Guid id, CancellationToken cancellationToken)
    {
        var parent = System.IO.Path.Combine(folder, "staging");
        Make(parent);
        foreach (var left in Directory.EnumerateFiles(parent, $"*{LockSuffix}"))
            await RemoveIfDeadAsync(left, cancellationToken);

        var path = System.IO.Path.Combine(parent, id.ToString());
        var life = new FileStream($"{path}{LockSuffix}", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        try
        {
            Make(path);
            return new(path, life);
        }
        catch
        {
            life.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Remove(Path);
        File.Delete(life.Name);
        life.Dispose();
    }

    private static async Task RemoveIfDeadAsync(string lockFile, CancellationToken cancellationToken)
    {
        using var life = TryLock(lockFile);
        if (life is null)
            return;

        var path = lockFile[..^LockSuffix.Length];
        var writers = () => ProcessTable.WithArguments("pg_basebackup", path);
        foreach (var process in writers())
            ProcessTable.Kill(process);
        await ProcessTable.WaitUntilGoneAsync(writers, KillLimit, cancellationToken);
        Remove(path);
        File.Delete(lockFile);
    }

    /// <summary>Null while its run lives, or when another run is removing it.</summary>
    private static FileStream? TryLock(string lockFile)
    {
        try
        {
            return new FileStream(lockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void Make(string path)
    {
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, OwnerOnly);
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }
}
