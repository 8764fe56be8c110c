using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Drills.Physical;

/// <summary>
/// Which point a scheduled test restores to. A backup's own manifest comes first, until that passed; after that the
/// newest point, random times and the edges take turns. Never PostgreSQL's "latest", which is satisfied by whatever it
/// finds.
/// </summary>
/// <param name="ManifestOf">The backup at whose manifest's point this is; null: another point.</param>
public sealed record TargetChoice(RestoreTarget Target, DrillTarget Described, PhysicalBackup? ManifestOf)
{
    public const string Manifest = "the point of a backup's data manifest";
    public const string NewestPoint = "the newest point";
    public const string RandomTime = "a random time in the window";
    public const string AfterBase = "just after a base backup";
    public const string SegmentEdge = "the edge of a WAL segment";
    public const string TimelineSwitch = "a timeline switch";
    public const string Oldest = "the oldest point of the window";

    private static readonly string[] Turns =
        [NewestPoint, RandomTime, AfterBase, SegmentEdge, RandomTime, TimelineSwitch, Oldest, RandomTime];

    /// <summary>What a scheduled test restores to; null: nothing can be restored.</summary>
    /// <param name="kept">The server's backups, oldest first.</param>
    /// <param name="earlier">The evidence of earlier tests, newest first.</param>
    /// <param name="switches">Where timelines end, of all that are in the archive.</param>
    public static TargetChoice? Next(
        IReadOnlyList<PhysicalBackup> kept,
        RecoveryWindow window,
        IReadOnlyList<DrillEvidence> earlier,
        IReadOnlyList<TimelineSwitch> switches,
        Random random)
    {
        if (kept is [.., { ManifestPoint: { } point, DataManifest: not null } newest]
            && window.Spans.Any(span => span.BackupId == newest.Id && span.ToLsn >= point.Lsn)
            && !earlier.Any(test => test.Target?.Choice == Manifest
                && test.Backup?.Id == newest.Id
                && test.Verdict is Verdict.Passed))
        {
            return AtManifest(newest);
        }

        if (window.Spans.Count == 0)
            return null;

        var done = earlier.Count(test => Array.IndexOf(Turns, test.Target?.Choice) >= 0);
        return Enumerable.Range(done, Turns.Length)
            .Select(turn => Turn(Turns[turn % Turns.Length], window, switches, random))
            .OfType<TargetChoice>()
            .First();
    }

    /// <summary>
    /// The point of a base's manifest, while no test has compared the base's rows: no other point of it proves anything
    /// of them. Null: they were compared, or the point can't be reached.
    /// </summary>
    /// <param name="source">The base that a scheduled test would restore.</param>
    public static TargetChoice? ManifestFirst(
        PhysicalBackup source, IReadOnlyList<CatalogueEntry> entries, RecoveryWindow window) =>
        source is { ManifestPoint: { } point, DataManifest: not null }
            && ManifestProof.Of(source.Id, entries) is null
            && window.Spans.Any(span => span.BackupId == source.Id && span.ToLsn >= point.Lsn)
            ? AtManifest(source)
            : null;

    /// <summary>What somebody asked for; null: there is no backup with a manifest, which was asked for.</summary>
    public static TargetChoice? Asked(DrillTarget target, IReadOnlyList<PhysicalBackup> kept) => target.Kind switch
    {
        "manifest" => kept.LastOrDefault(
            backup => backup is { ManifestPoint: not null, DataManifest: not null }) is { } backup
            ? AtManifest(backup)
            : null,
        "time" when DrillTargets.TryTime(target.Value, out var time) => new(RestoreTarget.ToTime(time), target, null),
        "lsn" => new(RestoreTarget.ToLsn(Lsn.Parse(target.Value)), target, null),
        "name" => new(
            RestoreTarget.ToName(target.Value),
            target,
            kept.LastOrDefault(
                backup => backup.DataManifest is not null && backup.ManifestPoint?.Name == target.Value)),
        _ => new(RestoreTarget.Newest, target, null),
    };

    private static TargetChoice AtManifest(PhysicalBackup backup) => backup.ManifestPoint is { } point
        ? new(RestoreTarget.ToName(point.Name), new DrillTarget("name", point.Name, Manifest), backup)
        : throw new InvalidOperationException("a backup without a manifest has no point to restore to");

    private static TargetChoice? Turn(
        string turn, RecoveryWindow window, IReadOnlyList<TimelineSwitch> switches, Random random) => turn switch
        {
            NewestPoint => new(RestoreTarget.Newest, new DrillTarget("newest", "", turn), null),
            RandomTime => AtTime(RandomTimeIn(window, random), turn),
            AfterBase => AtLsn(window.Spans[^1].FromLsn, turn),
            SegmentEdge => EdgeIn(window.Spans[random.Next(window.Spans.Count)], random) is { } edge
                ? AtLsn(edge, turn)
                : null,
            TimelineSwitch => switches.Where(one => Reaches(window, one.At))
                .Select(one => AtLsn(one.At, turn)).LastOrDefault(),
            _ => AtTime(window.Spans[0].From, turn),
        };

    private static TargetChoice AtTime(DateTimeOffset time, string turn) =>
        new(RestoreTarget.ToTime(time), new DrillTarget("time", DrillTargets.Write(time), turn), null);

    private static TargetChoice AtLsn(Lsn lsn, string turn) =>
        new(RestoreTarget.ToLsn(lsn), new DrillTarget("lsn", lsn.ToString(), turn), null);

    /// <summary>Each moment that can be restored is as likely as any other; holes are left out.</summary>
    private static DateTimeOffset RandomTimeIn(RecoveryWindow window, Random random)
    {
        var left = (long)(random.NextDouble() * window.Spans.Sum(span => (span.To - span.From).Ticks));
        foreach (var span in window.Spans)
        {
            if (left <= (span.To - span.From).Ticks)
                return span.From.AddTicks(left - (left % TimeSpan.TicksPerMicrosecond));
            left -= (span.To - span.From).Ticks;
        }

        return window.Spans[^1].To;
    }

    private static Lsn? EdgeIn(WindowSpan span, Random random)
    {
        const ulong Size = WalSegment.DefaultSize;
        var (first, last) = ((span.FromLsn.Value / Size) + 1, span.ToLsn.Value / Size);
        return last < first ? null : new Lsn((first + (ulong)random.NextInt64((long)(last - first) + 1)) * Size);
    }

    private static bool Reaches(RecoveryWindow window, Lsn at) =>
        window.Spans.Any(span => span.FromLsn < at && at <= span.ToLsn);
}
