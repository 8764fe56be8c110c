using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Tests.Backups.Physical;

public sealed class WalRangesTests
{
    [Fact]
    public void Start_and_stop_are_read_from_the_manifests_end()
    {
        var ranges = WalRanges.Parse("""
            { "Path": "x", "Size": 1 }
            ],
            "WAL-Ranges": [
            { "Timeline": 3, "Start-LSN": "16/B374D848", "End-LSN": "16/B4000100" }
            ],
            "Manifest-Checksum": "00"}
            """);

        Assert.Equal(new WalRanges(3, Lsn.Parse("16/B374D848"), Lsn.Parse("16/B4000100")), ranges);
    }

    [Fact]
    public void Of_a_switch_of_timelines_the_oldest_is_where_replay_starts()
    {
        var ranges = WalRanges.Parse("""
            "WAL-Ranges": [
            { "Timeline": 2, "Start-LSN": "0/2000000", "End-LSN": "0/3000000" },
            { "Timeline": 1, "Start-LSN": "0/1000000", "End-LSN": "0/2000000" }
            ],
            """);

        Assert.Equal(new WalRanges(1, Lsn.Parse("0/1000000"), Lsn.Parse("0/3000000")), ranges);
    }

    [Fact]
    public void A_manifest_that_was_cut_is_refused() =>
        Assert.Equal("manifest_unreadable", Assert.Throws<BackupException>(() => WalRanges.Parse("\"Files\": [")).Code);
}
