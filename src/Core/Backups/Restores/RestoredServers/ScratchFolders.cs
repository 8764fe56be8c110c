using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores.RestoredServers;

/// <summary>
/// Folders for restores that are thrown away. Each holds a lock for as long as its owner lives: what a killed owner
/// left, servers and data, is found by that, and removed.
/// </summary>
/// <param name="root">Where they lie; nothing else does.</param>
public sealed class ScratchFolders(string root)
{
    private const string Prefix = "scratch-";

    /// <summary>A new one, after removing what others left.</summary>
    public async Task<ScratchFolder> CreateAsync(CancellationToken cancellationToken)
    {
        await RemoveAbandonedAsync(cancellationToken);
        Directory.CreateDirectory(root);
        return ScratchFolder.Create(Path.Combine(root, $"{Prefix}{Guid.CreateVersion7():N}"));
    }

    /// <summary>Kills the servers that run in folders of dead owners, and deletes those folders.</summary>
    /// <returns>The folders that were removed.</returns>
    public async Task<IReadOnlyList<string>> RemoveAbandonedAsync(CancellationToken cancellationToken)
    {
        List<string> removed = [];
        if (!Directory.Exists(root))
            return removed;

        foreach (var path in Directory.EnumerateDirectories(root, $"{Prefix}*"))
        {
            await using var abandoned = ScratchFolder.TryTake(path);
            if (abandoned is not null)
                removed.Add(path);
        }

        return removed;
    }

    /// <summary>Kills every process that works in the folder, and waits until they are gone.</summary>
    internal static Task KillAsync(string folder, TimeSpan limit, CancellationToken cancellationToken) =>
        KillAsync(() => ProcessTable.WithWorkingFolder(folder), folder, limit, cancellationToken);

    /// <summary>
    /// Kills what unpacks into the folder, or reads it: a killed tester's programs go on for a while.
    /// </summary>
    internal static Task KillNamingAsync(string folder, TimeSpan limit, CancellationToken cancellationToken) =>
        KillAsync(() => ProcessTable.Naming(folder), folder, limit, cancellationToken);

    private static async Task KillAsync(
        Func<IReadOnlyList<int>> processes, string folder, TimeSpan limit, CancellationToken cancellationToken)
    {
        foreach (var process in processes())
            ProcessTable.Kill(process);
        if (!await ProcessTable.WaitUntilGoneAsync(processes, limit, cancellationToken))
            throw new BackupException("scratch_left", $"Processes that work in {folder} do not end.");
    }
}
