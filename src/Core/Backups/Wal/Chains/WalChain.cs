using RecoveryOS.Core.Backups.Wal.Reading;

namespace RecoveryOS.Core.Backups.Wal.Chains;

/// <summary>
/// Verifies an archive's WAL without a restore: that each segment from a backup's start to the newest is there, whole,
/// of one cluster, on the right timeline and valid to its last record. Only what is new is read.
/// </summary>
/// <param name="open">Opens a file's bytes, decompressed and decrypted; what it throws ends the run.</param>
public sealed class WalChain(Func<ChainFile, CancellationToken, Task<Stream>> open)
{
    /// <summary>
    /// A segment that is written to while it is read can look damaged: it is read again while that moves on.
    /// </summary>
    private const int OpenAttempts = 5;

    /// <summary>Verifies all that <paramref name="progress"/> does not cover.</summary>
    public async Task<ChainReport> VerifyAsync(
        WalListing listing, ChainStart start, ChainProgress progress, CancellationToken cancellationToken)
    {
        var plan = TimelinePlan.Make(listing, start);
        var steps = ChainPath.Of(listing, start, plan);
        var duplicates = await DuplicatesAsync(steps, cancellationToken);
        var resumed = Resume(progress, start, plan, [.. steps.TakeWhile(step => !IsBroken(step))]);
        var verified = resumed.Last?.Position ?? new Lsn(0);
        var run = new ChainRun(start, resumed, plan.Damages);
        foreach (var step in steps.Where(step => step.Segment.End > verified))
        {
            if (step.Files.Count == 0)
                run.Miss(step.Segment);
            else if (duplicates.TryGetValue(step.Segment, out var duplicate))
                run.Refuse(duplicate);
            else
                await ReadAsync(run, step, plan, cancellationToken);
        }

        return run.ToReport(plan.Timeline);

        bool IsBroken(ChainStep step) => step.Files.Count == 0 || duplicates.ContainsKey(step.Segment);
    }

    private async Task ReadAsync(ChainRun run, ChainStep step, TimelinePlan plan, CancellationToken cancellationToken)
    {
        var file = step.Files[0];
        var request = new SegmentRequest(step.Segment)
        {
            IsOpen = file.IsOpen,
            History = plan.History,
            Until = step.Until,
        };
        Lsn? damagedAt = null;
        for (var attempt = 1; ; attempt++)
        {
            await using var stream = await open(file, cancellationToken);
            var reading = await run.Reader.ReadAsync(request, stream, cancellationToken);
            if (reading.Damage is null || !file.IsOpen || reading.Damage.Lsn == damagedAt || attempt == OpenAttempts)
            {
                run.Take(reading);
                return;
            }

            damagedAt = reading.Damage.Lsn;
        }
    }

    private async Task<Dictionary<WalSegment, WalDamage>> DuplicatesAsync(
        IReadOnlyList<ChainStep> steps, CancellationToken cancellationToken)
    {
        Dictionary<WalSegment, WalDamage> found = [];
        foreach (var step in steps)
        {
            if (await DuplicateAsync(step, cancellationToken) is { } duplicate)
                found[step.Segment] = duplicate;
        }

        return found;
    }

    private async Task<WalDamage?> DuplicateAsync(ChainStep step, CancellationToken cancellationToken)
    {
        foreach (var file in step.Files.Skip(1))
        {
            await using var left = await open(step.Files[0], cancellationToken);
            await using var right = await open(file, cancellationToken);
            if (await FileComparison.FirstDifferenceAsync(left, right, cancellationToken) is { } offset)
            {
                return new WalDamage(
                    WalDamageReason.DuplicateWithOtherContent, step.Segment.Start + (ulong)offset, step.Segment.Name,
                    $"{step.Files[0].Key} and {file.Key} differ from byte {offset} on.");
            }
        }

        return null;
    }

    /// <summary>The marks that still lie on the way, before anything that is no longer there as it was.</summary>
    private static ChainProgress Resume(
        ChainProgress progress, ChainStart start, TimelinePlan plan, IReadOnlyList<ChainStep> whole)
    {
        if (whole.Count == 0)
            return ChainProgress.None;

        var usable = progress.Marks.TakeWhile(mark =>
            mark.Timeline == plan.TimelineAt(new Lsn(mark.Position.Value - 1))
            && mark.SegmentSize == start.SegmentSize
            && mark.SystemIdentifier == (start.SystemIdentifier ?? mark.SystemIdentifier)
            && mark.Position > whole[0].Segment.Start
            && mark.Position <= whole[^1].Segment.End);

        return new ChainProgress([.. usable]);
    }
}
