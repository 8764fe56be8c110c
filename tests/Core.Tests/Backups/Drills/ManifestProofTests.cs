using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Drills.Physical;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>Rows that nobody compared are never counted as right.</summary>
public sealed class ManifestProofTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly VaultObject File = new("a", 1, 1, "", null);

    private static readonly PhysicalBackup Backup = new()
    {
        Id = Guid.CreateVersion7(),
        StartedAt = Start,
        FinishedAt = Start.AddMinutes(1),
        Server = new ServerFacts
        {
            MajorVersion = 15,
            Version = "15.1",
            SystemIdentifier = "7",
            WalSegmentSize = WalSegment.DefaultSize,
            HasDataChecksums = true,
        },
        Timeline = 1,
        StartLsn = new Lsn(0x1000),
        StopLsn = new Lsn(0x2000),
        Compression = "none",
        Base = File,
        StreamedWal = File,
        BackupManifest = File,
        DataManifest = File,
        ManifestPoint = new RestorePoint("point", new Lsn(0x3000), Start.AddMinutes(2)),
        DataBytes = 1,
    };

    public static TheoryData<TestedRestore, Verdict> Earlier => new()
    {
        { Tested(Backup.Id, "passed", true), Verdict.Passed },
        { Tested(Backup.Id, "passed", false), Verdict.Inconclusive },
        { Tested(Backup.Id, "inconclusive", true), Verdict.Inconclusive },
        { Tested(Backup.Id, "failed", true), Verdict.Inconclusive },
        { Tested(Guid.NewGuid(), "passed", true), Verdict.Inconclusive },
    };

    [Theory]
    [MemberData(nameof(Earlier), DisableDiscoveryEnumeration = true)]
    public void Another_point_than_the_manifests_is_believed_only_after_a_passed_comparison_of_the_same_backup(
        TestedRestore earlier, Verdict verdict)
    {
        var result = ContentComparison.Elsewhere(Backup, [Entry(earlier)]);

        Assert.Equal(verdict, result.Verdict);
        if (verdict is Verdict.Passed)
            Assert.Contains(earlier.TestId.ToString(), result.Detail, StringComparison.Ordinal);
        else
            Assert.Contains("neither here nor in an earlier test", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backup_without_a_manifest_is_never_believed()
    {
        var result = ContentComparison.Elsewhere(
            Backup with { DataManifest = null, ManifestPoint = null, ManifestFailure = "writers did not let go" },
            [Entry(Tested(Backup.Id, "passed", true))]);

        Assert.Equal(Verdict.Inconclusive, result.Verdict);
        Assert.Contains("writers did not let go", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scheduled_test_of_a_base_whose_rows_were_never_compared_goes_to_its_manifest_where_that_can_be_reached()
    {
        Assert.Equal(Backup.Id, TargetChoice.ManifestFirst(Backup, [], Window(0x3000))?.ManifestOf?.Id);
        Assert.Null(TargetChoice.ManifestFirst(Backup, [], Window(0x2fff)));
        Assert.Null(TargetChoice.ManifestFirst(Backup, [Entry(Tested(Backup.Id, "passed", true))], Window(0x3000)));
        Assert.NotNull(
            TargetChoice.ManifestFirst(Backup, [Entry(Tested(Backup.Id, "inconclusive", true))], Window(0x3000)));
    }

    private static TestedRestore Tested(Guid backup, string verdict, bool compared) =>
        new(Guid.NewGuid(), "physical", verdict, backup, "", null) { ComparedManifest = compared };

    private static CatalogueEntry Entry(TestedRestore tested) =>
        new() { Sequence = 1, Server = "main", At = Start, Previous = "", Tested = tested };

    private static RecoveryWindow Window(ulong end) => new()
    {
        Server = "main",
        AsOf = Start.AddHours(1),
        Spans = [new WindowSpan(Backup.Id, 1, Start, Start.AddHours(1), new Lsn(0x2000), new Lsn(end))],
        Holes = [],
    };
}
