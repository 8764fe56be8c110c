using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Tests.Backups.Retention;

namespace RecoveryOS.Core.Tests.Backups.Wal;

public sealed class SealedWalTests
{
    [Theory]
    // Plain and sealed bases, oldest first, in segments 1, 2, 3…; where WAL has to be sealed from; null: nowhere.
    [InlineData("", null)]
    [InlineData("p", null)]
    [InlineData("s", 1UL)]
    [InlineData("ps", 2UL)]
    [InlineData("pss", 2UL)]
    [InlineData("sp", null)]
    [InlineData("sps", 3UL)]
    public void WAL_has_to_be_sealed_from_the_first_sealed_base_that_no_plain_one_follows(string bases, ulong? from)
    {
        var rule = SealedWal.Of([.. bases.Select((kind, index) => Entry(kind is 's', (ulong)index + 1))]);

        Assert.Equal(from, rule is null ? null : rule.From.Value / WalSegment.DefaultSize);
    }

    [Theory]
    [InlineData(2, 4, false)]
    [InlineData(2, 5, true)]
    [InlineData(2, 6, true)]
    [InlineData(1, 6, false)]
    [InlineData(3, 1, true)]
    public void A_segment_is_covered_from_the_base_s_first_one_on_and_on_every_later_timeline(
        uint timeline, ulong number, bool isCovered) => Assert.Equal(
            isCovered,
            new SealedWal(2, new Lsn((5 * (ulong)WalSegment.DefaultSize) + 40))
                .Covers(new WalSegment(timeline, number)));

    private static CatalogueEntry Entry(bool isSealed, ulong segment)
    {
        var backup = History.PhysicalOf(Guid.NewGuid(), DateTimeOffset.UnixEpoch, segment);
        return new CatalogueEntry
        {
            Sequence = (long)segment,
            Server = "clinic",
            At = default,
            Previous = "",
            Physical = backup with { Base = backup.Base with { KeyId = isSealed ? "autumn" : null } },
        };
    }
}
