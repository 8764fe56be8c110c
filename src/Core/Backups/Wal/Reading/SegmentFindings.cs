namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>What valid records say, gathered in their order.</summary>
internal sealed class SegmentFindings(WalReaderState? before)
{
    private readonly List<WalRestorePoint> restorePoints = [];
    private readonly List<WalCheckpoint> checkpoints = [];
    private long records;
    private long commits;
    private Lsn commit;
    private DateTimeOffset? commitTime;
    private Lsn? end = before?.End;

    /// <summary>The start of the last record; null before the first.</summary>
    public Lsn? LastRecord { get; private set; } = before?.LastRecord;

    /// <param name="record">All of it, or as much of its beginning as was kept.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="after">The first aligned position behind it.</param>
    public void Add(ReadOnlySpan<byte> record, Lsn start, Lsn after)
    {
        records++;
        LastRecord = start;
        end = after;
        if (WalRecordHeader.Manager(record) is WalFormat.TransactionManager)
            AddTransaction(record, start);
        else if (WalRecordHeader.Manager(record) is WalFormat.XlogManager)
            AddXlog(record, start, after);
    }

    public SegmentReading ToReading(WalSegment segment, bool endsHere, WalDamage? damage) => new()
    {
        Segment = segment,
        Records = records,
        Commits = commits,
        LastRecord = LastRecord,
        End = end,
        LastCommit = commitTime is { } time ? new WalCommit(commit, time) : before?.LastCommit,
        RestorePoints = restorePoints,
        Checkpoints = checkpoints,
        EndsHere = endsHere,
        Damage = damage,
    };

    private void AddTransaction(ReadOnlySpan<byte> record, Lsn start)
    {
        if ((WalRecordHeader.Kind(record) & WalFormat.TransactionKindMask) is not (WalFormat.Commit or WalFormat.CommitPrepared))
            return;

        commits++;
        if (WalRecordData.CommitTime(WalRecordData.Of(record)) is { } time)
            (commit, commitTime) = (start, time);
    }

    private void AddXlog(ReadOnlySpan<byte> record, Lsn start, Lsn after)
    {
        var kind = WalRecordHeader.Kind(record);
        if (kind is WalFormat.RestorePoint && WalRecordData.RestorePoint(WalRecordData.Of(record), start, after) is { } point)
            restorePoints.Add(point);
        if (kind is WalFormat.OnlineCheckpoint or WalFormat.ShutdownCheckpoint
            && WalRecordData.Checkpoint(WalRecordData.Of(record), start, kind is WalFormat.ShutdownCheckpoint) is { } checkpoint)
        {
            checkpoints.Add(checkpoint);
        }
    }
}
