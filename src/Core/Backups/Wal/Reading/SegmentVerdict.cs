namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>
/// Tells damage from the end: in an open segment, what is wrong is the end unless WAL that was written lies behind it.
/// </summary>
internal sealed class SegmentVerdict(SegmentRequest request)
{
    private WalDamage? suspect;
    private Lsn suspectSeenTo;

    public WalDamage? Damage { get; private set; }

    /// <summary>Something is wrong that may be the end.</summary>
    public bool IsSuspect => suspect is not null;

    /// <param name="seenTo">The end of the bytes that show it.</param>
    /// <param name="isCertain">It was written so: no end of WAL looks like this.</param>
    public void Fail(WalDamageReason reason, Lsn lsn, string detail, Lsn seenTo, bool isCertain = false)
    {
        var damage = new WalDamage(reason, lsn, request.Segment.Name, detail);
        if (isCertain || !request.IsOpen)
            Damage = damage;
        else
            (suspect, suspectSeenTo) = (damage, seenTo);
    }

    /// <summary>Looks at a page behind what is wrong.</summary>
    public void LookBehind(ReadOnlySpan<byte> page, Lsn at)
    {
        if (WalPageHeader.Read(page).IsPageAt(at))
            Damage = suspect;
    }

    /// <summary>
    /// Judges by the file's length. All of a short open file is WAL that was flushed: what is wrong before its end is
    /// not merely unwritten.
    /// </summary>
    public void Measure(long length)
    {
        var size = request.Segment.Size;
        if (length < size && suspectSeenTo <= request.Segment.Start + (ulong)length)
            Damage ??= suspect;
        if (length > size || (length < size && !request.IsOpen))
        {
            Damage ??= new WalDamage(
                WalDamageReason.WrongSize, request.Segment.Start + (ulong)Math.Min(length, size), request.Segment.Name,
                $"The file has {(length > size ? "more" : length)} bytes, not {size}.");
        }
    }
}
