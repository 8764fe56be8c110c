using System.Runtime.ExceptionServices;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>
/// Brings received WAL into the store: whole segments in order, what there is of the open one every few seconds, and
/// timeline histories. A local segment goes when the store has it; the newest stays, since <c>pg_receivewal</c> finds
/// its place by it. One shipper works on a spool at a time: its caller holds the spool's lock.
/// </summary>
public sealed class WalShipper(WalSpool spool, BackupVault vault, BackupCatalogue catalogue, TimeProvider time)
{
    private static readonly TimeSpan PartInterval = TimeSpan.FromSeconds(3);

    /// <summary>A slow store gets the open segment the less often.</summary>
    private const int PartPatience = 10;

    private readonly WalArchive archive = new(vault);
    private readonly HashSet<string> stored = [];
    private readonly Dictionary<WalSegment, ShippedPart> parts = [];
    private long? partShippedAt;
    private TimeSpan partTook;

    /// <summary>How far the store has it, of what this object shipped.</summary>
    public Lsn? Shipped { get; private set; }

    /// <summary>When something went to the store last.</summary>
    public DateTimeOffset? ShippedAt { get; private set; }

    /// <summary>Ships what is there.</summary>
    /// <param name="isEnd">The stream ended: what there is of the open segment goes now, not when it is due.</param>
    /// <param name="cancellationToken">Breaks off between objects or within one; nothing half is left.</param>
    /// <exception cref="BackupStoreException">
    /// The store did not take it; all is still here, for the next time.
    /// </exception>
    /// <exception cref="BackupException">
    /// <c>wal_conflict</c>: the store holds other WAL of this name; <c>spool_damaged</c>; <c>catalogue_broken</c>.
    /// </exception>
    public async Task ShipAsync(bool isEnd, CancellationToken cancellationToken)
    {
        if (spool.Identity() is not { } identity)
            return;

        Exception? failure = null;
        foreach (var folder in spool.AsideFolders())
        {
            try
            {
                await ShipAsync(folder, identity.SegmentSize, isLive: false, isEnd: true, cancellationToken);
                Directory.Delete(folder, recursive: true);
            }
            catch (BackupException exception)
            {
                // What came before a break must not hold up what came after it.
                failure = exception;
            }
        }

        try
        {
            await SettleChainAsync(identity.SegmentSize, cancellationToken);
        }
        catch (CatalogueException exception)
        {
            // WAL is worth shipping also while the catalogue cannot be trusted; the entry stays due.
            failure = new BackupException("catalogue_broken", exception.Message, exception);
        }

        await ShipAsync(spool.Folder, identity.SegmentSize, isLive: true, isEnd, cancellationToken);
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    private async Task SettleChainAsync(int segmentSize, CancellationToken cancellationToken)
    {
        if (spool.Chain() is not { } chain)
            return;

        var known = (await catalogue.ReadAsync(spool.Server, cancellationToken))
            .LastOrDefault(entry => entry.WalChain is not null)?.WalChain;
        var start = new WalChainStart(chain.Timeline, chain.Lsn, known is null ? "the first start" : chain.Reason);
        var isKnown = known is not null && (known.Timeline, known.Lsn) == (start.Timeline, start.Lsn);
        if (!isKnown
            && !(known is not null && chain.UnlessJoined && await IsJoinedAsync(chain, segmentSize, cancellationToken)))
            await catalogue.AppendAsync(spool.Server, entry => entry with { WalChain = start }, cancellationToken);
        spool.ForgetChain();
    }

    /// <summary>
    /// Whether the store has every byte before the chain's start, as far as its last whole segment says.
    /// </summary>
    private async Task<bool> IsJoinedAsync(PendingChain chain, int segmentSize, CancellationToken cancellationToken)
    {
        var stored = await archive.ListAsync(spool.Server, segmentSize, cancellationToken);
        return stored.Timelines.Any(timeline =>
            timeline.Timeline <= chain.Timeline && timeline.Segments is [.., var last] && last.End >= chain.Lsn);
    }

    private async Task ShipAsync(
        string folder, int segmentSize, bool isLive, bool isEnd, CancellationToken cancellationToken)
    {
        var received = WalSpool.Received(folder, segmentSize);
        foreach (var history in received.Histories)
            await ShipHistoryAsync(history, cancellationToken);

        var newest = received.Whole is [.., var last] ? last : null;
        foreach (var file in received.Whole)
        {
            await ShipWholeAsync(file, cancellationToken);
            if (!isLive || file != newest)
                File.Delete(file.Path);
        }

        foreach (var file in received.Parts)
        {
            // A timeline that was left: pg_receivewal does not look at it again.
            var isOver = isLive && newest is not null && Precedes(file.Segment, newest.Segment);
            await ShipPartAsync(file, isEnd || isOver, cancellationToken);
            if (isOver)
                File.Delete(file.Path);
        }
    }

    private static bool Precedes(WalSegment part, WalSegment whole) =>
        (part.Number, part.Timeline).CompareTo((whole.Number, whole.Timeline)) < 0;

    private async Task ShipHistoryAsync(string path, CancellationToken cancellationToken)
    {
        var name = $"{StoreLayout.Wal(spool.Server)}{Path.GetFileName(path)}";
        if (stored.Contains(name))
            return;

        var content = await File.ReadAllBytesAsync(path, cancellationToken);
        try
        {
            await vault.WriteAsync(name, content, cancellationToken);
        }
        catch (BackupStoreException exception) when (exception.Failure is BackupStoreFailure.Exists)
        {
            await using var there = await vault.OpenAsync(name, mayBePlain: true, cancellationToken);
            if (!await IsSameAsync(new MemoryStream(content), there, cancellationToken))
                throw Conflict(name);
        }

        stored.Add(name);
    }

    private async Task ShipWholeAsync(ReceivedFile file, CancellationToken cancellationToken)
    {
        if (new FileInfo(file.Path).Length != file.Segment.Size)
        {
            throw new BackupException(
                "spool_damaged", $"{file.Path} is not {file.Segment.Size} bytes long, as a whole WAL segment is.");
        }

        await StoreWholeAsync(file, cancellationToken);
    }

    private async Task StoreWholeAsync(ReceivedFile file, CancellationToken cancellationToken)
    {
        var (segment, name) = (file.Segment, WalObjectName.Of(spool.Server, file.Segment));
        if (stored.Contains(name))
            return;

        await PutAsync(
            name,
            file.Path,
            new ArchivedSegment(segment, segment.Size, new StoredObject(name, 0, default)),
            cancellationToken);
        await DeletePartsAsync(segment, segment.Size, cancellationToken);
        parts.Remove(segment);
        stored.Add(name);
        Note(segment.End);
    }

    private async Task ShipPartAsync(ReceivedFile file, bool isEnd, CancellationToken cancellationToken)
    {
        parts.TryGetValue(file.Segment, out var before);
        try
        {
            var writtenAt = File.GetLastWriteTimeUtc(file.Path);
            if (!isEnd && (before?.WrittenAt == writtenAt || !IsPartDue()))
                return;

            await using var content = OpenShared(file.Path);
            var flushed = await FilledPart.MeasureAsync(content, cancellationToken);
            if (flushed == file.Segment.Size)
                await StoreWholeAsync(file, cancellationToken);
            else if (flushed > (before?.Flushed ?? 0))
                await StorePartAsync(file, flushed, cancellationToken);
            // File systems tell times in steps: what is written in the same step as this would look old.
            var isSettled = time.GetUtcNow().UtcDateTime - writtenAt > TimeSpan.FromSeconds(1);
            parts[file.Segment] = new ShippedPart(flushed, isSettled ? writtenAt : null);
        }
        catch (FileNotFoundException)
        {
            // It came to its end meanwhile, and bears its whole name: the next round takes it.
        }
    }

    private bool IsPartDue()
    {
        var interval = partTook * PartPatience;
        return partShippedAt is null
            || time.GetElapsedTime(partShippedAt.Value) >= (interval > PartInterval ? interval : PartInterval);
    }

    private async Task StorePartAsync(ReceivedFile file, int flushed, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var name = WalObjectName.Of(spool.Server, file.Segment, flushed);
        await PutAsync(
            name,
            file.Path,
            new ArchivedSegment(file.Segment, flushed, new StoredObject(name, 0, default)),
            cancellationToken);
        await DeletePartsAsync(file.Segment, flushed, cancellationToken);
        (partShippedAt, partTook) = (time.GetTimestamp(), time.GetElapsedTime(started));
        Note(file.Segment.Start + (ulong)flushed);
    }

    /// <summary>Writes it, or makes sure that what is there is the same.</summary>
    private async Task PutAsync(string name, string path, ArchivedSegment expected, CancellationToken cancellationToken)
    {
        try
        {
            await using var packed = new PackingStream(OpenShared(path), expected.Flushed);
            await vault.WriteAsync(name, packed, null, cancellationToken);
        }
        catch (BackupStoreException exception) when (exception.Failure is BackupStoreFailure.Exists)
        {
            await using var there = await archive.OpenAsync(expected with { MayBePlain = true }, cancellationToken);
            await using var here = OpenShared(path);
            if (!await IsSameAsync(here, there, expected.Flushed, cancellationToken))
                throw Conflict(name);
        }
    }

    /// <summary>
    /// Removes the parts that reach less far. One that a policy keeps stays until the policy lets go of it.
    /// </summary>
    private async Task DeletePartsAsync(WalSegment segment, int before, CancellationToken cancellationToken)
    {
        List<string> names = [];
        await foreach (var found in vault.Store.ListAsync(WalObjectName.Of(spool.Server, segment), cancellationToken))
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

    private void Note(Lsn reached)
    {
        if (Shipped is null || reached > Shipped)
            Shipped = reached;
        ShippedAt = time.GetUtcNow();
    }

    private static FileStream OpenShared(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static Task<bool> IsSameAsync(Stream here, Stream there, CancellationToken cancellationToken) =>
        IsSameAsync(here, there, long.MaxValue, cancellationToken);

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
        $"{name} is in the store with other content than {spool.Server} now has: two servers share this name, "
        + "or one of them was restored without a new timeline. Give the server a name of its own in Backups:Targets.");

    private sealed record ShippedPart(int Flushed, DateTime? WrittenAt);
}
