using System.Buffers;
using System.Runtime.CompilerServices;
using RecoveryOS.Core.Messaging.Spools;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>
/// Objects as files below a folder. A file is written under a hidden name beside its own, synced, and then named: what
/// a killed writer leaves is never listed, and is removed when it is a day old. The folder itself is never made here:
/// one that is missing is a disk that is not mounted.
/// </summary>
public sealed class FolderStore : IBackupStore
{
    private const int BufferSize = 1024 * 1024;
    private const int MaximumAttempts = 5;

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
    };

    private readonly string root;
    private readonly FolderTree tree;

    /// <param name="folder">Empty: there is no store, and everything says so.</param>
    public FolderStore(string folder, TimeProvider time)
    {
        root = folder is "" ? "" : Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        tree = new FolderTree(root, time);
    }

    public string Description => root;

    public async Task<StoredObject> PutAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        RequireRoot();
        tree.SweepUnfinished();
        if (File.Exists(path))
            throw FolderFailure.Of(NativeFile.AlreadyThere, name);

        var unfinished = FolderTree.Unfinished(path);
        try
        {
            await WriteAsync(unfinished, name, content, cancellationToken);
            Name(unfinished, path, name);
            return Describe(name, new FileInfo(path));
        }
        catch
        {
            // Gone already when it was named; a disk that can't even remove it leaves it to a later sweep.
            _ = NativeFile.Remove(unfinished);
            throw;
        }
    }

    public async Task AppendAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        RequireRoot();
        try
        {
            using var file = await tree.OpenForAppendAsync(path, name, cancellationToken);
            var isNew = file.Length == 0;
            var end = LinesOf.WholeLength(file);
            try
            {
                file.SetLength(end);
                file.Position = end;
                await file.WriteAsync(content, cancellationToken);
                file.Flush(flushToDisk: true);
            }
            catch
            {
                // Half a line would join the next one.
                file.SetLength(end);
                throw;
            }

            if (isNew)
                DurableFile.SyncFolder(FolderTree.Parent(path));
        }
        catch (Exception exception) when (FolderFailure.IsOne(exception))
        {
            throw Failure(exception, path, name);
        }
    }

    public Task<Stream> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        RequireRoot();
        var handle = NativeFile.OpenForReading(path, out var error);
        if (error is 0 && File.GetAttributes(handle).HasFlag(FileAttributes.Directory))
        {
            handle.Dispose();
            error = NativeFile.NotThere;
        }

        return error is 0
            ? Task.FromResult<Stream>(new FileStream(handle, FileAccess.Read, bufferSize: 0))
            : throw FolderFailure.Of(error, name);
    }

    public Task<StoredObject?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        RequireRoot();
        var file = new FileInfo(path);
        return Task.FromResult(file.Exists ? Describe(name, file) : null);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var found in List(prefix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return found;
        }

        await Task.CompletedTask;
    }

    public Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        RequireRoot();
        var error = NativeFile.Remove(path);
        if (error is NativeFile.NotPermitted or NativeFile.AccessDenied && NativeFile.IsKept(path))
            throw Kept(name);
        if (error is not (0 or NativeFile.NotThere))
            throw FolderFailure.Of(error, name);

        tree.RemoveEmptyFolders(FolderTree.Parent(path));
        return Task.CompletedTask;
    }

    private async Task WriteAsync(string unfinished, string name, Stream content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var file = tree.Create(unfinished, name, FileMode.CreateNew, FileShare.None);
            // A source that fails is not the disk's failure.
            while (await content.ReadAtLeastAsync(buffer, buffer.Length, false, cancellationToken)
                is > 0 and var length)
            {
                await OnDiskAsync(() => file.WriteAsync(buffer.AsMemory(0, length), cancellationToken), name);
            }

            await OnDiskAsync(() => { file.Flush(flushToDisk: true); return ValueTask.CompletedTask; }, name);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task OnDiskAsync(Func<ValueTask> work, string name)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (FolderFailure.IsOne(exception))
        {
            throw FolderFailure.Of(exception, name);
        }
    }

    private static void Name(string unfinished, string path, string name)
    {
        try
        {
            if (NativeFile.MoveNew(unfinished, path) is not 0 and var error)
                throw FolderFailure.Of(error, name);
            DurableFile.SyncFolder(FolderTree.Parent(path));
        }
        catch (Exception exception) when (FolderFailure.IsOne(exception))
        {
            throw FolderFailure.Of(exception, name);
        }
    }

    private List<StoredObject> List(string prefix)
    {
        // A prefix may end within a name: what is walked is the folder that holds all of them.
        var start = Path.Combine(root, prefix[..(prefix.LastIndexOf('/') + 1)]);
        for (var attempt = 1; ; attempt++)
        {
            RequireRoot();
            try
            {
                return !Directory.Exists(start) ? [] : [.. new DirectoryInfo(start).EnumerateFiles("*", Everything)
                    .Where(file => file.Name[0] is not '.')
                    .Select(file => (Name: Path.GetRelativePath(root, file.FullName), File: file))
                    .Where(found => found.Name.StartsWith(prefix, StringComparison.Ordinal) && found.File.Exists)
                    .OrderBy(found => found.Name, StringComparer.Ordinal)
                    .Select(found => Describe(found.Name, found.File))];
            }
            catch (DirectoryNotFoundException) when (attempt < MaximumAttempts)
            {
                // A folder that became empty was removed while it was walked.
            }
            catch (Exception exception) when (FolderFailure.IsOne(exception))
            {
                throw FolderFailure.Of(exception, $"{prefix}*");
            }
        }
    }

    private void RequireRoot()
    {
        if (root is "")
            throw new BackupStoreException(
                BackupStoreFailure.Unavailable, "There is no store: Backups:Store:Url is empty.");
        if (!Directory.Exists(root))
        {
            throw new BackupStoreException(
                BackupStoreFailure.Unavailable, $"The store's folder {root} is not there: mount its disk, or make it.");
        }
    }

    private string PathOf(string name) => Path.Combine(root, ObjectName.Check(name));

    private static BackupStoreException Failure(Exception exception, string path, string name) =>
        exception is UnauthorizedAccessException
            && NativeFile.IsKept(path)
            ? Kept(name)
            : FolderFailure.Of(exception, name);

    private static BackupStoreException Kept(string name) => new(
        BackupStoreFailure.Immutable, $"{name} is kept as it is by a flag of the file system (chattr).");

    private static StoredObject Describe(string name, FileInfo file) =>
        new(name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
}
