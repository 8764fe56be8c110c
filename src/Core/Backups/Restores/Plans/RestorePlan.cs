using System.Globalization;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Restores.Plans;

/// <summary>How a target is reached: what is fetched, and what PostgreSQL is told.</summary>
public sealed record RestorePlan
{
    public required string Server { get; init; }

    /// <summary>What was asked for.</summary>
    public required RestoreTarget Target { get; init; }

    /// <summary>The catalogue's entry of <see cref="Base"/>.</summary>
    public required long CatalogueSequence { get; init; }

    public required PhysicalBackup Base { get; init; }

    /// <summary>The explicit target that PostgreSQL gets; there is always one.</summary>
    public required RecoverySetting Recovery { get; init; }

    /// <summary>The timeline that replay follows.</summary>
    public required uint Timeline { get; init; }

    /// <summary>
    /// What of the archive is replayed, in order; only the last may be a part, of the segment that was still written
    /// to. Empty: the base's own streamed WAL is all there is.
    /// </summary>
    public IReadOnlyList<ArchivedSegment> Segments { get; init; } = [];

    /// <summary>
    /// The timelines whose history is fetched, all of the archive's: the one that is followed needs its own, and the
    /// one that the restore begins shall get a number that none has.
    /// </summary>
    public IReadOnlyList<uint> Histories { get; init; } = [];

    /// <summary>
    /// The base's own WAL is unpacked too, since the archive does not reach back to the base's start.
    /// </summary>
    public required bool UsesStreamedWal { get; init; }

    /// <summary>Read from the store, in bytes.</summary>
    public required long FetchBytes { get; init; }

    /// <summary>Needed on the disk, unpacked, in bytes.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>From the first fetched byte to the first answered query.</summary>
    public required double PredictedSeconds { get; init; }

    /// <summary>What the prediction rests on, in words.</summary>
    public required string Prediction { get; init; }
}

/// <summary>One of PostgreSQL's <c>recovery_target</c> settings.</summary>
/// <param name="Name">Such as <c>recovery_target_lsn</c>.</param>
public sealed record RecoverySetting(string Name, string Value)
{
    public const string TimeName = "recovery_target_time";
    public const string LsnName = "recovery_target_lsn";
    public const string PointName = "recovery_target_name";

    /// <summary>The base itself, as soon as it is consistent: all that can be reached without an archive.</summary>
    public static RecoverySetting Consistency { get; } = new("recovery_target", "immediate");

    /// <summary>With a number for the zone: PostgreSQL does not know letters yet when it reads this.</summary>
    public static RecoverySetting Time(DateTimeOffset time) => new(
        TimeName, time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.ffffff'+00'", CultureInfo.InvariantCulture));

    public static RecoverySetting Lsn(Lsn lsn) => new(LsnName, lsn.ToString());

    public static RecoverySetting Point(string name) => new(PointName, name);
}
