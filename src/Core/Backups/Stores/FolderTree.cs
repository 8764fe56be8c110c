using RecoveryOS.Core.Messaging.Spools;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>
/// The folders below a store's root, and the files in them that are written: made when needed, removed when empty.
/// </summary>
internal sealed class FolderTree(string root, TimeProvider time)
{
    private const string Suffix = ".unfinished";
    private const int MaximumAttempts = 5;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan LeftAfter = TimeSpan.FromDays(1);
    private static readonly TimeSpan AppendLimit = TimeSpan.FromSeconds(10);

    private readonly Lock sweeping = new();
    private DateTimeOffset sweptAt;

    public static string Parent(string path) => Path.GetDirectoryName(path) ?? "/";

    /// <summary>A hidden name beside a file's own, which nobody else has.</summary>
    public static string Unfinished(string path) =>
        Path.Combine(Parent(path), $".{Path.GetFileName(path)}.{Guid.NewGuid():N}{Suffix}");

    /// <summary>
    /// Opens a file for writing, its folder made where missing; a folder may be removed as empty meanwhile.
    /// </summary>
    public FileStream Create(string path, string name, FileMode mode, FileShare share)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                CreateFolder(Parent(path));
                var options = new FileStreamOptions
                {
                    Mode = mode,
                    Access = mode is FileMode.CreateNew ? FileAccess.Write : FileAccess.ReadWrite,
                    Share = share,
                    Options = FileOptions.Asynchronous,
                    BufferSize = 0,
                };
                if (!OperatingSystem.IsWindows())
                    options.UnixCreateMode = OwnerOnly;
                return new FileStream(path, options);
            }
            catch (DirectoryNotFoundException) when (attempt < MaximumAttempts && Directory.Exists(root))
            {
            }
            catch (Exception exception) when (FolderFailure.IsOne(exception) && mode is FileMode.CreateNew)
            {
                throw FolderFailure.Of(exception, name);
            }
        }
    }

    public async Task<FileStream> OpenForAppendAsync(string path, string name, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                // Without sharing: one appends at a time.
                return Create(path, name, FileMode.OpenOrCreate, FileShare.None);
            }
            catch (IOException exception)
                when (exception.HResult == NativeFile.WouldBlock && time.GetElapsedTime(started) < AppendLimit)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), time, cancellationToken);
            }
        }
    }

    /// <summary>Once a day, before something is written.</summary>
    public void SweepUnfinished()
    {
        var now = time.GetUtcNow();
        lock (sweeping)
        {
            if (now - sweptAt < LeftAfter)
                return;
            sweptAt = now;
        }

        foreach (var left in new DirectoryInfo(root).EnumerateFiles($".*{Suffix}", SearchOption.AllDirectories))
        {
            // Whoever may not remove it may not write either, and hears of it then.
            if (now - left.LastWriteTimeUtc > LeftAfter)
                _ = NativeFile.Remove(left.FullName);
        }
    }

    public void RemoveEmptyFolders(string path)
    {
        while (path != root && NativeFile.RemoveFolder(path) is 0 or NativeFile.NotThere)
            path = Parent(path);
    }

    private void CreateFolder(string path)
    {
        if (path == root || Directory.Exists(path))
            return;

        CreateFolder(Parent(path));
        Directory.CreateDirectory(path);
        DurableFile.SyncFolder(Parent(path));
    }
}
