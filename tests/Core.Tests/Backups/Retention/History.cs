using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Tests.Backups.Retention;

/// <summary>A catalogue that is made up, entry by entry.</summary>
internal sealed class History
{
    private const int Segment = WalSegment.DefaultSize;
    private static readonly VaultObject Nothing = new("nothing", 0, 0, "", null);

    private static readonly ServerFacts Facts = new()
    {
        MajorVersion = 15,
        Version = "15.18",
        SystemIdentifier = "1",
        WalSegmentSize = Segment,
        HasDataChecksums = true,
    };

    private readonly List<CatalogueEntry> entries = [];

    public IReadOnlyList<CatalogueEntry> Entries => entries;

    /// <summary>Rules that keep nothing of themselves, but for the last one.</summary>
    public static RetentionOptions Rules(
        int last = 1, int daily = 0, int weekly = 0, int monthly = 0, int windowDays = 0) =>
        new() { Last = last, Daily = daily, Weekly = weekly, Monthly = monthly, WindowDays = windowDays };

    /// <param name="segment">The number of the segment in which replay starts.</param>
    public Guid Base(DateTimeOffset finishedAt, ulong segment = 1, uint timeline = 1)
    {
        var id = Guid.NewGuid();
        Add(entry => entry with { Physical = PhysicalOf(id, finishedAt, segment) with { Timeline = timeline } });
        return id;
    }

    public Guid Dump(DateTimeOffset finishedAt)
    {
        var id = Guid.NewGuid();
        Add(entry => entry with
        {
            Logical = new LogicalBackup
            {
                Id = id,
                StartedAt = finishedAt,
                FinishedAt = finishedAt,
                Server = Facts,
                Globals = Nothing,
                Databases = [],
            },
        });
        return id;
    }

    public void Tested(Guid backup, string verdict) => Add(entry => entry with
    {
        Tested = new TestedRestore(Guid.NewGuid(), "physical", verdict, backup, "", null),
    });

    public void Pruned(Guid backup) =>
        Add(entry => entry with { Pruned = new PrunedBackup(backup, "no rule keeps it") });

    public static PhysicalBackup PhysicalOf(Guid id, DateTimeOffset finishedAt, ulong segment) => new()
    {
        Id = id,
        StartedAt = finishedAt.AddMinutes(-1),
        FinishedAt = finishedAt,
        Server = Facts,
        Timeline = 1,
        StartLsn = new Lsn((segment * Segment) + 40),
        StopLsn = new Lsn((segment * Segment) + 400),
        Compression = "zstd",
        Base = Nothing,
        StreamedWal = Nothing,
        BackupManifest = Nothing,
        DataBytes = 1,
    };

    private void Add(Func<CatalogueEntry, CatalogueEntry> fill) => entries.Add(fill(new CatalogueEntry
    {
        Sequence = entries.Count + 1,
        Server = "clinic",
        At = DateTimeOffset.UnixEpoch,
        Previous = "",
    }));
}
