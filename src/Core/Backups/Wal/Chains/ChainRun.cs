using RecoveryOS.Core.Backups.Wal.Reading;

namespace RecoveryOS.Core.Backups.Wal.Chains;

/// <summary>What a run has found so far.</summary>
internal sealed class ChainRun
{
    private readonly List<SegmentReading> readings = [];
    private readonly List<WalDamage> damages;
    private ulong? system;
    private ChainProgress progress;
    private bool isBroken;
    private Lsn? lastRecord;
    private Lsn? end;
    private WalCommit? lastCommit;
    private WalSegment? missingFrom;

    public ChainRun(ChainStart start, ChainProgress resumed, IEnumerable<WalDamage> damages)
    {
        this.damages = [.. damages];
        progress = resumed;
        var mark = resumed.Last;
        (lastRecord, end, lastCommit) = (mark?.LastRecord, mark?.End, mark?.LastCommit);
        system = start.SystemIdentifier ?? mark?.SystemIdentifier;
        Reader = new WalReader(mark, system);
    }

    public WalReader Reader { get; private set; }

    public void Miss(WalSegment segment)
    {
        missingFrom ??= segment;
        Break();
    }

    public void Refuse(WalDamage damage)
    {
        CloseGap(damage.Segment);
        damages.Add(damage);
        Break();
    }

    public void Take(SegmentReading reading)
    {
        CloseGap(reading.Segment.Name);
        readings.Add(reading);
        if (!isBroken)
            (lastRecord, end, lastCommit) = (reading.LastRecord, reading.End, reading.LastCommit);
        if (reading.Damage is { } damage)
            Refuse(damage);
        else if (!isBroken && !reading.EndsHere && Reader.State is { } state)
            progress = progress.With(state);
        system ??= Reader.State?.SystemIdentifier;
    }

    public ChainReport ToReport(uint timeline)
    {
        CloseGap(next: null);
        return new ChainReport
        {
            Timeline = timeline,
            Readings = readings,
            Damages = [.. damages.OrderBy(damage => damage.Lsn)],
            LastRecord = lastRecord,
            End = end,
            LastCommit = lastCommit,
            Progress = progress,
        };
    }

    /// <summary>A restore would not come to what follows; it is still looked at, from its first record on.</summary>
    private void Break()
    {
        isBroken = true;
        Reader = new WalReader(state: null, system);
    }

    private void CloseGap(string? next)
    {
        if (missingFrom is not { } first)
            return;

        missingFrom = null;
        damages.Add(new WalDamage(
            WalDamageReason.Gap, first.Start, first.Name,
            next is null ? $"No segment from {first.Name} on is there." : $"No segment from {first.Name} to before {next} is there."));
    }
}
