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
    private readonly WalUpload upload = new(spool.Server, vault);
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

        await upload.PutHistoryAsync(name, await File.ReadAllBytesAsync(path, cancellationToken), cancellationToken);
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

        await upload.PutAsync(name, file, segment.Size, cancellationToken);
        await upload.DeletePartsAsync(segment, segment.Size, cancellationToken);
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

            await using var content = file.Open();
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
        await upload.PutAsync(name, file, flushed, cancellationToken);
        await upload.DeletePartsAsync(file.Segment, flushed, cancellationToken);
        (partShippedAt, partTook) = (time.GetTimestamp(), time.GetElapsedTime(started));
        Note(file.Segment.Start + (ulong)flushed);
    }

    private void Note(Lsn reached)
    {
        if (Shipped is null || reached > Shipped)
            Shipped = reached;
        ShippedAt = time.GetUtcNow();
    }

    private sealed record ShippedPart(int Flushed, DateTime? WrittenAt);
}
