namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>How a segment is to be read.</summary>
public sealed record SegmentRequest(WalSegment Segment)
{
    /// <summary>
    /// The file is still written to (<c>.partial</c>, or the server's current one): an invalid record with no WAL
    /// behind it is the end. In any other file it is damage.
    /// </summary>
    public bool IsOpen { get; init; }

    /// <summary>Which timeline each page must be of; without it, any that is not older than the page before.</summary>
    public TimelineHistory? History { get; init; }

    /// <summary>Where another timeline takes over: nothing from here on is looked at.</summary>
    public Lsn? Until { get; init; }
}
