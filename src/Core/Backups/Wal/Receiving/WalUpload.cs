using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>Writes a server's received files into the store, where another try may have written them before.</summary>
internal sealed class WalUpload(string server, BackupVault vault)
{
    private readonly WalArchive archive = new(vault);

    /// <summary>Writes it, or makes sure that what is there is the same.</summary>
    /// <param name="flushed">How many of the file's bytes.</param>
    public async Task PutAsync(string name, ReceivedFile file, int flushed, CancellationToken cancellationToken)
    {
        try
        {
            await using var packed = new PackingStream(file.Open(), flushed);
            await vault.WriteAsync(name, packed, null, cancellationToken);
        }
        catch (BackupStoreException exception) when (exception.Failure is BackupStoreFailure.Exists)
        {
            var stored = new ArchivedSegment(file.Segment, flushed, new StoredObject(name, 0, default));
            await using var there = await archive.OpenAsync(stored with { MayBePlain = true }, cancellationToken);
            await using var here = file.Open();
            if (!await IsSameAsync(here, there, flushed, cancellationToken))
                throw Conflict(name);
        }
    }

    /// <summary>The same for a timeline's history, which is stored as it is.</summary>
    public async Task PutHistoryAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        try
        {
            await vault.WriteAsync(name, content, cancellationToken);
        }
        catch (BackupStoreException exception) when (exception.Failure is BackupStoreFailure.Exists)
        {
            await using var there = await vault.OpenAsync(name, mayBePlain: true, cancellationToken);
            if (!await IsSameAsync(new MemoryStream(content), there, long.MaxValue, cancellationToken))
                throw Conflict(name);
        }
    }

    /// <summary>
    /// Removes the parts that reach less far. One that a policy keeps stays until the policy lets go of it.
    /// </summary>
    public async Task DeletePartsAsync(WalSegment segment, int before, CancellationToken cancellationToken)
    {
        List<string> names = [];
        await foreach (var found in vault.Store.ListAsync(WalObjectName.Of(server, segment), cancellationToken))
        {
            if (WalObjectName.TryParse(found.Name, segment.Size, out _, out var flushed) && flushed < before)
                names.Add(found.Name);
        }

        foreach (var name in names)
        {
            try
            {
                await vault.Store.DeleteAsync(name, cancellationToken);
            }
            catch (BackupStoreException exception) when (exception.Failure is BackupStoreFailure.Immutable)
            {
                // A reader takes the furthest part, and the whole before any.
            }
        }
    }

    /// <summary>
    /// Compares the first bytes of both, up to <paramref name="length"/>; shorter ones must end together.
    /// </summary>
    private static async Task<bool> IsSameAsync(
        Stream here, Stream there, long length, CancellationToken cancellationToken)
    {
        var (mine, theirs) = (new byte[128 * 1024], new byte[128 * 1024]);
        while (length > 0)
        {
            var wanted = (int)Math.Min(length, mine.Length);
            var (read, came) = (
                await here.ReadAtLeastAsync(
                    mine.AsMemory(0, wanted), wanted, throwOnEndOfStream: false, cancellationToken),
                await there.ReadAtLeastAsync(
                    theirs.AsMemory(0, wanted), wanted, throwOnEndOfStream: false, cancellationToken));
            if (!mine.AsSpan(0, read).SequenceEqual(theirs.AsSpan(0, came)))
                return false;
            if (read < wanted)
                return true;
            length -= read;
        }

        return true;
    }

    private BackupException Conflict(string name) => new(
        "wal_conflict",
        $"{name} is in the store with other content than {server} now has: two servers share this name, "
        + "or one of them was restored without a new timeline. Give the server a name of its own in Backups:Targets.");
}
