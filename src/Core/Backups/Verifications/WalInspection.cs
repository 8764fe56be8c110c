using System.Globalization;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Chains;
using RecoveryOS.Core.Backups.Wal.Reading;

namespace RecoveryOS.Core.Backups.Verifications;

/// <summary>Looks at archived WAL without a restore; writes nothing.</summary>
public sealed class WalInspection(BackupCatalogue catalogue, WalArchive archive, TimeProvider time)
{
    /// <param name="progress">What was verified before.</param>
    public async Task<WalFinding> LookAsync(string server, ChainProgress progress, CancellationToken cancellationToken)
    {
        var (started, startedAt) = (time.GetTimestamp(), time.GetUtcNow());
        WalFinding finding;
        try
        {
            finding = await VerifyAsync(server, progress, startedAt, cancellationToken);
        }
        catch (Exception exception) when (Explanations.Of(exception) is { } known)
        {
            finding = Nothing(server, startedAt) with
            {
                Verdict = known.Verdict,
                Damages = [known.Detail],
                Progress = progress.ToJson(),
            };
        }

        return finding with { Seconds = Math.Round(time.GetElapsedTime(started).TotalSeconds, 3) };
    }

    private async Task<WalFinding> VerifyAsync(
        string server, ChainProgress progress, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        var entries = await catalogue.ReadAsync(server, cancellationToken);
        if (OldestBase(entries) is not { } oldest)
            return Nothing(server, startedAt);

        var size = oldest.Server.WalSegmentSize;
        var stored = (await archive.ListAsync(server, size, cancellationToken)).SealedBy(SealedWal.Of(entries));
        List<TimelineHistory> histories = [];
        foreach (var timeline in stored.Histories)
            histories.Add(await archive.ReadHistoryAsync(server, timeline, cancellationToken));

        var files = stored.Timelines
            .SelectMany(timeline => timeline.Segments.Concat(timeline.Partials))
            .ToDictionary(segment => segment.Stored.Name);
        var listing = new WalListing(
            [.. files.Values.Select(segment => new ChainFile(segment.Segment, segment.Stored.Name, !segment.IsWhole))],
            histories);
        var chain = new WalChain((segment, token) => archive.OpenAsync(files[segment.Key], token));
        var report = await chain.VerifyAsync(
            listing,
            new ChainStart(
                oldest.Timeline, oldest.StartLsn,
                ulong.Parse(oldest.Server.SystemIdentifier, CultureInfo.InvariantCulture), size),
            progress,
            cancellationToken);
        return new WalFinding
        {
            Server = server,
            At = startedAt,
            Verdict = report.IsIntact ? Verdict.Passed : Verdict.Failed,
            From = oldest.StartLsn,
            End = report.End,
            LastCommit = report.LastCommit?.Time,
            SegmentsRead = report.Readings.Count,
            Damages = [.. report.Damages.Select(Sentence)],
            Progress = report.Progress.ToJson(),
            Seconds = 0,
        };
    }

    /// <summary>
    /// A break that the catalogue tells of is a hole of the window, and no damage: only what came after is one chain.
    /// The WAL of bases that retention keeps for longer than the window is gone on purpose.
    /// </summary>
    private static PhysicalBackup? OldestBase(IReadOnlyList<CatalogueEntry> entries)
    {
        var start = entries.LastOrDefault(entry => entry.WalChain is not null)?.WalChain;
        var pruned = PrunedWal.NewestOf(entries);
        return BackupCatalogue.KeptOf(entries)
            .Select(entry => entry.Physical)
            .OfType<PhysicalBackup>()
            .Where(backup => pruned is null || backup.FinishedAt >= pruned.FinishedAt)
            .FirstOrDefault(backup => start is null || backup.StartLsn >= start.Lsn);
    }

    private static string Sentence(WalDamage damage) =>
        $"{damage.Segment} at {damage.Lsn}: {Explanations.Sentence(damage.Detail)}";

    /// <summary>Nobody looked at anything.</summary>
    private static WalFinding Nothing(string server, DateTimeOffset at) => new()
    {
        Server = server,
        At = at,
        Verdict = Verdict.Inconclusive,
        SegmentsRead = 0,
        Damages = [],
        Seconds = 0,
    };
}
