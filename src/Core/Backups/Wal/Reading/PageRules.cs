namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>What a page's header must say; remembers what the pages before said.</summary>
internal sealed class PageRules(SegmentRequest request, WalReaderState? before, ulong? systemIdentifier)
{
    private int? majorVersion = before?.MajorVersion;
    private ulong? system = systemIdentifier ?? before?.SystemIdentifier;

    public uint PageTimeline { get; private set; } = before?.PageTimeline ?? 0;

    public int BlockSize { get; private set; } = before?.BlockSize ?? 0;

    public ulong SystemIdentifier => system ?? 0;

    public int MajorVersion => majorVersion ?? 0;

    /// <summary>Null when the header is right.</summary>
    public (WalDamageReason Reason, string Detail)? Check(in WalPageHeader header, ReadOnlySpan<byte> page, Lsn at)
    {
        if (WalFormat.MajorVersion(header.Magic) is not { } version)
            return (WalDamageReason.BadPage, $"The page's magic number is {header.Magic:X4}, no known version's.");
        if (header.Address != at)
            return (WalDamageReason.BadPage, $"The page says that it lies at {header.Address}.");
        if (majorVersion is { } major && version != major)
            return (WalDamageReason.BadPage, $"The page is of PostgreSQL {version}, those before it of {major}.");
        if ((header.Flags & ~WalFormat.AllFlags) != 0 || header.Padding != 0)
            return (WalDamageReason.BadPage, $"The page's flags {header.Flags:X4} are unknown, or its padding is not zero.");
        if (header.IsLong != (at == request.Segment.Start))
            return (WalDamageReason.BadPage, "Only a segment's first page has a long header.");

        majorVersion = version;
        return (header.IsLong ? CheckFile(page) : null) ?? CheckTimeline(header.Timeline, at);
    }

    private (WalDamageReason, string)? CheckFile(ReadOnlySpan<byte> page)
    {
        var file = WalFileHeader.Read(page);
        if (system is { } expected && file.SystemIdentifier != expected)
        {
            return (WalDamageReason.ForeignSystemIdentifier,
                $"The segment is of the cluster {file.SystemIdentifier}, not of {expected}.");
        }

        if (file.SegmentSize != (uint)request.Segment.Size)
        {
            return (WalDamageReason.WrongSize,
                $"The cluster's segments have {file.SegmentSize} bytes, not {request.Segment.Size}.");
        }

        if (file.BlockSize != (uint)page.Length)
            return (WalDamageReason.BadPage, $"The cluster's WAL pages have {file.BlockSize} bytes, not {page.Length}.");

        (system, BlockSize) = (file.SystemIdentifier, (int)file.BlockSize);
        return null;
    }

    private (WalDamageReason, string)? CheckTimeline(uint timeline, Lsn at)
    {
        if (request.History is { } history ? timeline != history.TimelineAt(at)
            : timeline < PageTimeline || timeline > request.Segment.Timeline || timeline is 0)
        {
            return (WalDamageReason.WrongTimeline, request.History is { } known
                ? $"The page is of timeline {timeline}; the history has {known.TimelineAt(at)} here."
                : $"The page is of timeline {timeline}, after timeline {PageTimeline} in a segment of {request.Segment.Timeline}.");
        }

        PageTimeline = timeline;
        return null;
    }
}
