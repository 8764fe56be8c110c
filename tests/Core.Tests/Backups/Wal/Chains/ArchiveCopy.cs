using System.Buffers.Binary;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Chains;
using RecoveryOS.Core.Backups.Wal.Reading;
using RecoveryOS.Core.Tests.Backups.Wal.Reading;

namespace RecoveryOS.Core.Tests.Backups.Wal.Chains;

/// <summary>
/// The cluster's archive, with the server's open segment, to be damaged by one test; counts what is opened.
/// </summary>
internal sealed class ArchiveCopy
{
    private readonly Dictionary<ChainFile, Func<byte[]>> files = [];

    public ArchiveCopy(WalCluster cluster)
    {
        Start = new(1, cluster.First[0].Start + 40, cluster.SystemIdentifier, WalCluster.SegmentSize);
        foreach (var segment in cluster.First.Concat(cluster.Second))
            files[new ChainFile(segment, segment.Name)] = () => cluster.BytesOf(segment);
        var open = new ChainFile(cluster.Current, $"{cluster.Current.Name}.partial", IsOpen: true);
        files[open] = cluster.CurrentBytes;
        Histories = [cluster.History()];
    }

    public ChainStart Start { get; }

    public List<TimelineHistory> Histories { get; }

    public List<string> Opened { get; } = [];

    public WalListing Listing => new([.. files.Keys], Histories);

    public byte[] this[WalSegment segment] => files[files.Keys.Single(file => file.Segment == segment)]();

    public void Remove(WalSegment segment) => files.Remove(files.Keys.Single(file => file.Segment == segment));

    /// <summary>Adds a file, or changes the one with this key.</summary>
    public void Put(ChainFile file, byte[] bytes) => files[file] = () => bytes;

    public void Change(WalSegment segment, Func<byte[], byte[]> change)
    {
        var file = files.Keys.Single(file => file.Segment == segment);
        Put(file, change(files[file]()));
    }

    /// <summary>Changes four bytes.</summary>
    public void Write(WalSegment segment, int offset, uint value) => Change(segment, bytes =>
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
        return bytes;
    });

    public Task<ChainReport> VerifyAsync(ChainProgress? progress = null) => new WalChain(OpenAsync).VerifyAsync(
        Listing, Start, progress ?? ChainProgress.None, TestContext.Current.CancellationToken);

    public Task<Stream> OpenAsync(ChainFile file, CancellationToken cancellationToken)
    {
        Opened.Add(file.Key);

        return Task.FromResult<Stream>(new MemoryStream(files[file]()));
    }
}

internal static class Damages
{
    /// <summary>The only one, and where.</summary>
    public static (WalDamageReason, Lsn) One(ChainReport report)
    {
        var damage = Assert.Single(report.Damages);

        return (damage.Reason, damage.Lsn);
    }
}
