using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Tests.Backups.Restores;

public sealed class WalRouteTests
{
    private const int Size = WalSegment.DefaultSize;

    private static readonly TimelineHistory Second = new(
        2, [new TimelineSwitch(1, At(5, 100), "no recovery target specified")]);

    [Fact]
    public void It_follows_the_switch_to_the_newest_timeline_with_WAL()
    {
        var route = WalRoute.Of(Base(2, 2), Archive(Whole(1, 2, 3, 4, 5, 6), Whole(2, 5, 6), [Part(2, 7)]), [Second]);

        Assert.Equal(2u, route.Timeline);
        // The fifth is the new timeline's, which begins with a copy of the old one's pages.
        Assert.Equal([(1u, 2UL), (1u, 3UL), (1u, 4UL), (2u, 5UL), (2u, 6UL), (2u, 7UL)], Names(route));
        Assert.Null(route.Missing);
    }

    [Fact]
    public void A_timeline_without_WAL_of_its_own_leads_nowhere()
    {
        var route = WalRoute.Of(Base(2, 2), Archive(Whole(1, 2, 3, 4, 5, 6)), [Second]);

        Assert.Equal(1u, route.Timeline);
        Assert.Equal(6UL, route.Segments[^1].Segment.Number);
    }

    [Fact]
    public void A_base_after_the_switch_stays_on_its_own_timeline()
    {
        var route = WalRoute.Of(Base(6, 6), Archive(Whole(1, 6, 7), Whole(2, 5, 6, 7)), [Second]);

        Assert.Equal(1u, route.Timeline);
        Assert.Equal([(1u, 6UL), (1u, 7UL)], Names(route));
    }

    [Fact]
    public void It_ends_before_the_first_gap_and_names_it()
    {
        var route = WalRoute.Of(Base(2, 2), Archive(Whole(1, 2, 3, 5)), []);

        Assert.Equal([(1u, 2UL), (1u, 3UL)], Names(route));
        Assert.Equal(4UL, route.Missing?.Number);
    }

    [Fact]
    public void A_part_with_WAL_behind_it_is_a_gap()
    {
        var route = WalRoute.Of(Base(2, 2), Archive(Whole(1, 2, 4), [Part(1, 3)]), []);

        Assert.Equal([(1u, 2UL), (1u, 3UL)], Names(route));
        Assert.Equal(3UL, route.Missing?.Number);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void The_bases_own_WAL_bridges_up_to_where_the_archive_begins(int first)
    {
        var route = WalRoute.Of(
            Base(2, 3), Archive(Whole(1, [.. Enumerable.Range(first, 3).Select(number => (ulong)number)])), []);

        Assert.True(route.UsesStreamedWal);
        Assert.Equal((ulong)first, route.Segments[0].Segment.Number);
        Assert.Equal(3, route.Segments.Count);
    }

    [Fact]
    public void An_archive_that_begins_later_does_not_join()
    {
        var route = WalRoute.Of(Base(2, 3), Archive(Whole(1, 5, 6)), []);

        Assert.Empty(route.Segments);
        Assert.True(route.UsesStreamedWal);
    }

    private static IEnumerable<(uint, ulong)> Names(WalRoute route) =>
        route.Segments.Select(segment => (segment.Segment.Timeline, segment.Segment.Number));

    private static Lsn At(ulong segment, ulong offset) => new((segment * Size) + offset);

    private static ArchivedSegment[] Whole(uint timeline, params ulong[] numbers) =>
        [.. numbers.Select(number => Segment(timeline, number, Size))];

    private static ArchivedSegment Part(uint timeline, ulong number) => Segment(timeline, number, 8192);

    private static ArchivedSegment Segment(uint timeline, ulong number, int flushed) => new(
        new WalSegment(timeline, number, Size), flushed, new StoredObject($"{timeline}/{number}", 1, default));

    private static ArchivedWal Archive(params ArchivedSegment[][] segments) => new(
        "server", Size,
        [
            .. segments.SelectMany(some => some).GroupBy(segment => segment.Segment.Timeline)
                .Select(group => new ArchivedTimeline(
                    group.Key,
                    [.. group.Where(segment => segment.IsWhole)],
                    [.. group.Where(segment => !segment.IsWhole)])),
        ],
        [2]);

    private static PhysicalBackup Base(ulong first, ulong last)
    {
        var nothing = new VaultObject("", 0, 0, "", null);
        return new PhysicalBackup
        {
            Id = Guid.Empty,
            StartedAt = default,
            FinishedAt = default,
            Server = new ServerFacts
            {
                MajorVersion = 15,
                Version = "15",
                SystemIdentifier = "1",
                WalSegmentSize = Size,
                HasDataChecksums = true,
            },
            Timeline = 1,
            StartLsn = At(first, 40),
            StopLsn = At(last, 500),
            Compression = "none",
            Base = nothing,
            StreamedWal = nothing,
            BackupManifest = nothing,
            DataBytes = 0,
        };
    }
}
