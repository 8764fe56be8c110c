using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Physical;

/// <summary>Carries what <c>pg_basebackup</c> writes into a folder to the vault, while it is written.</summary>
internal sealed class StagedUploads(BackupVault vault, string folder, Func<string, string> nameOf)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, Task<VaultObject>> uploads = [];

    /// <summary>Waits for the program to end, and for all that it wrote to be stored.</summary>
    /// <param name="ended">Done when the program has succeeded, failed when it has.</param>
    /// <param name="cancellationToken">Stops the uploads.</param>
    /// <returns>File name → what is stored.</returns>
    public async Task<IReadOnlyDictionary<string, VaultObject>> FollowAsync(
        Task ended, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (!ended.IsCompleted)
            {
                Start(IsGrowing, ended, stop.Token);
                if (uploads.Values.FirstOrDefault(upload => upload.IsFaulted) is { } failed)
                    await failed;
                await Task.WhenAny(ended, Task.Delay(PollInterval, stop.Token));
                stop.Token.ThrowIfCancellationRequested();
            }

            await ended;
            Start(_ => true, ended, stop.Token);
            await Task.WhenAll(uploads.Values);
            return uploads.ToDictionary(upload => upload.Key, upload => upload.Value.Result);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(uploads.Values.Select(upload => (Task)upload))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Data folders are written from front to back. The WAL's tar is not: the sizes in its headers are filled in later;
    /// and the manifest has its name only when it is whole.
    /// </summary>
    private static bool IsGrowing(string file) =>
        file.Contains(".tar", StringComparison.Ordinal) && !file.StartsWith("pg_wal", StringComparison.Ordinal);

    private void Start(Func<string, bool> isDue, Task ended, CancellationToken cancellationToken)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            var file = Path.GetFileName(path);
            if (isDue(file) && !uploads.ContainsKey(file))
                uploads[file] = UploadAsync(path, file, ended, cancellationToken);
        }
    }

    private async Task<VaultObject> UploadAsync(
        string path, string file, Task ended, CancellationToken cancellationToken)
    {
        await using var follow = new FollowStream(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0),
            ended);
        return await vault.WriteAsync(nameOf(file), follow, null, cancellationToken);
    }
}
