using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Reading;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Wal.Reading;

/// <summary>
/// One bit is flipped anywhere; what must be found, and where, follows from pg_waldump's list of records.
/// </summary>
[Collection(WalCollection.Name)]
public sealed class BitFlipTests(WalCluster cluster)
{
    private const int Flips = 200;
    private const int PageSize = 8192;

    private static readonly TimelineHistory History = new(1, []);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_flipped_bit_is_found_by_its_reason_and_place()
    {
        var records = await cluster.DumpAsync(cluster.First[0], cluster.First[^1], timeline: 1);
        var files = cluster.First.Select(cluster.BytesOf).ToList();
        var states = await StatesAsync(files);
        var seed = LongRun.Seed;
        var random = new Random(seed);
        for (var flip = 0; flip < Flips; flip++)
        {
            // Half of them in the headers of pages and records, which are a small part of all bytes.
            var (index, offset) = (random.Next(files.Count), random.Next(WalCluster.SegmentSize));
            var position = cluster.First[index].Start + (ulong)offset;
            if (flip % 2 == 0)
                position = Header(records, position, random);
            index = (int)((position - cluster.First[0].Start) / WalCluster.SegmentSize);
            offset = (int)(position.Value % WalCluster.SegmentSize);
            var bit = 1 << random.Next(8);
            if (IsFree(offset, bit))
                continue;

            files[index][offset] ^= (byte)bit;
            var damage = await ReadAsync(files, states, index);
            files[index][offset] ^= (byte)bit;

            var (reasons, lsns) = Expected(records, position);
            var what = $"seed {seed}: bit {bit} at {position}: {damage}, "
                + $"expected {string.Join('/', reasons)} at {string.Join(" or ", lsns)}";
            Assert.True(damage is not null, what);
            Assert.True(reasons.Contains(damage.Reason) && lsns.Contains(damage.Lsn), what);
        }
    }

    private static Lsn Header(IReadOnlyList<DumpedRecord> records, Lsn near, Random random)
    {
        if (random.Next(2) == 0)
        {
            var size = near.Value % WalCluster.SegmentSize < PageSize ? 40 : 24;
            return new Lsn(near.Value - (near.Value % PageSize)) + (ulong)random.Next(size);
        }

        return records[random.Next(records.Count)].Lsn + (ulong)random.Next(24);
    }

    /// <summary>
    /// XLP_BKP_REMOVABLE says something of the server's state, either way, and PostgreSQL does not look at it.
    /// </summary>
    private static bool IsFree(int offset, int bit) => offset % PageSize == 2 && bit == 4;

    private static (WalDamageReason[] Reasons, Lsn[] Lsns) Expected(IReadOnlyList<DumpedRecord> records, Lsn position)
    {
        var page = new Lsn(position.Value - (position.Value % PageSize));
        var inPage = (int)(position - page);
        var record = records.LastOrDefault(candidate => candidate.Lsn <= position);
        var isSwitched = record?.Description.StartsWith("SWITCH", StringComparison.Ordinal) is true
            && position >= record.End
            && position.Value / WalCluster.SegmentSize == record.Lsn.Value / WalCluster.SegmentSize;
        if (isSwitched)
            return ([WalDamageReason.BadPage], [position]);
        if (inPage < (page.Value % WalCluster.SegmentSize == 0 ? 40 : 24))
        {
            return inPage switch
            {
                // Whether a record goes on is said by both pages, so it is the record that is in doubt.
                2 or 3 or (>= 16 and < 20) => ([WalDamageReason.BadPage], record is null ? [page] : [page, record.Lsn]),
                >= 4 and < 8 => ([WalDamageReason.WrongTimeline], [page]),
                >= 24 and < 32 => ([WalDamageReason.ForeignSystemIdentifier], [page]),
                >= 32 and < 36 => ([WalDamageReason.WrongSize], [page]),
                _ => ([WalDamageReason.BadPage], [page]),
            };
        }

        Assert.NotNull(record);
        if (position >= record.End)
            return ([WalDamageReason.BadPage], [position]);

        var isSplit = record.Lsn < page;
        return (int)Math.Min(position - record.Lsn, int.MaxValue) switch
        {
            < 4 => ([WalDamageReason.BadCrc, WalDamageReason.BrokenChain, WalDamageReason.BadPage], [record.Lsn]),
            _ when isSplit => ([WalDamageReason.BadCrc, WalDamageReason.BrokenChain], [record.Lsn]),
            >= 8 and < 16 => ([WalDamageReason.BrokenChain], [record.Lsn]),
            _ => ([WalDamageReason.BadCrc], [record.Lsn]),
        };
    }

    private async Task<List<WalReaderState?>> StatesAsync(List<byte[]> files)
    {
        var reader = new WalReader(state: null, cluster.SystemIdentifier);
        List<WalReaderState?> states = [];
        foreach (var (file, segment) in files.Zip(cluster.First))
        {
            states.Add(reader.State);
            using var stream = new MemoryStream(file);
            var request = new SegmentRequest(segment) { History = History };
            var reading = await reader.ReadAsync(request, stream, CancellationToken);
            Assert.Null(reading.Damage);
        }

        return states;
    }

    /// <summary>A record that spans segments is judged where it ends.</summary>
    private async Task<WalDamage?> ReadAsync(List<byte[]> files, List<WalReaderState?> states, int from)
    {
        var reader = new WalReader(states[from], cluster.SystemIdentifier);
        for (var index = from; index < files.Count; index++)
        {
            using var stream = new MemoryStream(files[index]);
            var reading = await reader.ReadAsync(
                new SegmentRequest(cluster.First[index]) { History = History }, stream, CancellationToken);
            if (reading.Damage is not null)
                return reading.Damage;
        }

        return null;
    }
}
