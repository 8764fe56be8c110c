using System.Buffers.Binary;

namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>Checks one segment, page by page: the rules of PostgreSQL's own reader (access/transam/xlogreader.c).</summary>
internal sealed class SegmentScan
{
    /// <summary>Where a record began that was not seen; none begins at 0, which lies before the first segment.</summary>
    private static readonly Lsn Unknown = new(0);

    private readonly SegmentRequest request;
    private readonly PageRules rules;
    private readonly SegmentFindings findings;
    private readonly RecordAssembly assembly = new();
    private readonly bool isFirst;
    private Lsn position;
    private uint unread;
    private bool isSwitched;
    private bool isOver;
    private Lsn? givenUp;
    private WalDamage? suspect;
    private Lsn suspectSeenTo;

    public SegmentScan(SegmentRequest request, WalReaderState? before, ulong? systemIdentifier)
    {
        this.request = request;
        rules = new PageRules(request, before, systemIdentifier);
        findings = new SegmentFindings(before);
        position = request.Segment.Start;
        isFirst = before is null;
        unread = before?.Unread ?? 0;
        if (before?.Open is { } open)
            assembly.Resume(open);
    }

    public WalDamage? Damage { get; private set; }

    /// <summary>Takes the next page.</summary>
    public void Take(ReadOnlySpan<byte> page)
    {
        var at = position;
        position += (ulong)page.Length;
        if (Damage is not null || isOver)
            return;
        if (suspect is not null)
            Suspect(page, at);
        else if (isSwitched)
            RequireZero(page, at);
        else if (at >= request.Until)
            isOver = true;
        else
            TakeWritten(page, at);
    }

    /// <summary>
    /// Judges by the file's length. All of a short open file is WAL that was flushed, so what is wrong before its end is
    /// not merely unwritten.
    /// </summary>
    public void Measure(long length)
    {
        if (length < request.Segment.Size && suspect is not null && suspectSeenTo <= request.Segment.Start + (ulong)length)
            Damage ??= suspect;
        if (Damage is null && (length > request.Segment.Size || (length < request.Segment.Size && !request.IsOpen)))
        {
            Damage = new WalDamage(
                WalDamageReason.WrongSize,
                request.Segment.Start + (ulong)Math.Min(length, request.Segment.Size),
                request.Segment.Name,
                $"The file has {(length > request.Segment.Size ? "more" : length)} bytes, not {request.Segment.Size}.");
        }
    }

    public SegmentReading ToReading() => findings.ToReading(request.Segment, suspect is not null || isOver, Damage);

    /// <summary>Null when the segment did not come to its end, so that it must be read again.</summary>
    public WalReaderState? ToState()
    {
        if (Damage is not null || suspect is not null || isOver || position != request.Segment.End)
            return null;

        var reading = ToReading();
        return new WalReaderState
        {
            Position = position,
            Timeline = request.Segment.Timeline,
            PageTimeline = rules.PageTimeline,
            SystemIdentifier = rules.SystemIdentifier,
            MajorVersion = rules.MajorVersion,
            SegmentSize = request.Segment.Size,
            BlockSize = rules.BlockSize,
            LastRecord = reading.LastRecord,
            End = reading.End,
            LastCommit = reading.LastCommit,
            Open = assembly.ToState(),
            Unread = unread,
        };
    }

    private void TakeWritten(ReadOnlySpan<byte> page, Lsn at)
    {
        var header = WalPageHeader.Read(page);
        if (rules.Check(header, page, at) is { } wrong)
        {
            Fail(wrong.Reason, at, wrong.Detail, at + (ulong)header.Size, isCertain: header.IsPageAt(at));
            return;
        }

        if (Continue(header, page, at) is { } offset)
            TakeRecords(page, at, offset);
    }

    /// <summary>Takes the rest of the record that the page before began; the offset behind it, null when nothing follows.</summary>
    private int? Continue(in WalPageHeader header, ReadOnlySpan<byte> page, Lsn at)
    {
        if (isFirst && at == request.Segment.Start && header.IsContinuation)
            unread = header.Remaining;
        else if (header.IsOverwrite && !GivesUp(at))
            return Fail(WalDamageReason.BadPage, at, "The page gives up a record that does not reach it.", at + (ulong)header.Size);

        var remaining = assembly.IsOpen ? assembly.Remaining : unread;
        if (header.IsContinuation != remaining > 0 || header.Remaining != remaining)
        {
            return Fail(
                WalDamageReason.BadPage,
                assembly.IsOpen ? assembly.Start : at,
                $"A record has {remaining} bytes to go on the page at {at}, which has {header.Remaining} of one.",
                at + (ulong)header.Size);
        }

        var piece = (int)Math.Min(remaining, page.Length - header.Size);
        if (!assembly.IsOpen)
            unread -= (uint)piece;
        else
            assembly.Append(page.Slice(header.Size, piece));

        var end = WalFormat.Align(header.Size + piece);
        if (!PaddingIsZero(page, header.Size + piece, at) || (assembly.IsOpen && assembly.Remaining == 0 && !Assembled(page, at, end)))
            return null;

        return end;
    }

    /// <summary>After a crash within a record the server goes on behind it, on the next page; false when there is none.</summary>
    private bool GivesUp(Lsn at)
    {
        if (!assembly.IsOpen && unread == 0 && !(isFirst && at == request.Segment.Start))
            return false;

        (givenUp, unread) = (assembly.IsOpen ? assembly.Start : Unknown, 0);
        assembly.Close();
        return true;
    }

    private void TakeRecords(ReadOnlySpan<byte> page, Lsn at, int offset)
    {
        while (offset < page.Length)
        {
            var start = at + (ulong)offset;
            var rest = page[offset..];
            var length = WalRecordHeader.Length(rest);
            if (start >= request.Until)
            {
                isOver = true;
                return;
            }

            if (length is < WalFormat.RecordHeaderSize or > WalFormat.LongestRecord)
            {
                Fail(WalDamageReason.BrokenChain, start, $"A record can't have {length} bytes.", start + sizeof(uint));
                return;
            }

            if (rest.Length >= WalFormat.RecordHeaderSize
                && !FollowsFromLast(rest, start, start + WalFormat.RecordHeaderSize))
                return;
            if (length > rest.Length)
            {
                assembly.Begin(start, length);
                assembly.Append(rest);
                return;
            }

            var record = rest[..(int)length];
            var next = WalFormat.Align(offset + record.Length);
            var crc = Crc32C.Append(Crc32C.Initial, record[WalFormat.RecordHeaderSize..]);
            if (!Accept(record, crc, start, at + (ulong)next) || !PaddingIsZero(page, offset + record.Length, at))
                return;
            if (isSwitched)
            {
                RequireZero(page[next..], at + (ulong)next);
                return;
            }

            offset = next;
        }
    }

    /// <summary>Takes the record whose last piece has come; false when nothing follows it on this page.</summary>
    private bool Assembled(ReadOnlySpan<byte> page, Lsn at, int end)
    {
        assembly.Close();
        if (!FollowsFromLast(assembly.Prefix, assembly.Start, at + (ulong)end)
            || !Accept(assembly.Prefix, assembly.Crc, assembly.Start, at + (ulong)end))
        {
            return false;
        }

        if (isSwitched)
            RequireZero(page[end..], at + (ulong)end);
        return !isSwitched;
    }

    private bool FollowsFromLast(ReadOnlySpan<byte> record, Lsn start, Lsn seenTo)
    {
        var previous = WalRecordHeader.Previous(record);
        if (findings.LastRecord is { } last ? previous == last : previous < start)
            return true;

        Fail(WalDamageReason.BrokenChain, start, $"The record follows one at {previous}, not at {findings.LastRecord}.", seenTo);
        return false;
    }

    private bool Accept(ReadOnlySpan<byte> record, uint crcOfData, Lsn start, Lsn after)
    {
        if (!WalRecordHeader.HasChecksum(record, crcOfData))
        {
            Fail(WalDamageReason.BadCrc, start, "The record's bytes don't give its CRC-32C.", after);
            return false;
        }

        if (WalRecordHeader.Manager(record) is WalFormat.XlogManager || givenUp is not null)
        {
            if (!NamesGivenUp(record, start, after))
                return false;
            isSwitched = WalRecordHeader.Manager(record) is WalFormat.XlogManager
                && WalRecordHeader.Kind(record) is WalFormat.Switch;
        }

        // A switch takes what is left of its segment.
        findings.Add(record, start, isSwitched ? request.Segment.End : after);
        return true;
    }

    /// <summary>The first record behind an abandoned one names it, and no other record names one.</summary>
    private bool NamesGivenUp(ReadOnlySpan<byte> record, Lsn start, Lsn after)
    {
        var names = WalRecordHeader.Manager(record) is WalFormat.XlogManager
            && WalRecordHeader.Kind(record) is WalFormat.OverwriteContinuation
            ? WalRecordData.Address(WalRecordData.Of(record))
            : (Lsn?)null;
        var expected = givenUp;
        givenUp = null;
        if (names == expected || (names is not null && expected == Unknown))
            return true;

        Fail(
            WalDamageReason.BrokenChain, start, $"The record gives up one at {names}, not that at {expected}.", after);
        return false;
    }

    /// <summary>PostgreSQL aligns records with zeros, which no CRC covers.</summary>
    private bool PaddingIsZero(ReadOnlySpan<byte> page, int end, Lsn at)
    {
        var aligned = WalFormat.Align(end);
        if (aligned == end
            || BinaryPrimitives.ReadUInt64LittleEndian(page[(aligned - sizeof(ulong))..]) >> (8 * (8 - (aligned - end))) == 0)
        {
            return true;
        }

        Fail(WalDamageReason.BadPage, at + (ulong)end, "The bytes between two records are not zero.", at + (ulong)aligned);
        return false;
    }

    /// <summary>What a switch leaves of its segment is zero (xlog.c, CopyXLogRecordToWAL).</summary>
    private void RequireZero(ReadOnlySpan<byte> bytes, Lsn at)
    {
        if (bytes.IndexOfAnyExcept((byte)0) is >= 0 and var offset)
            Fail(WalDamageReason.BadPage, at + (ulong)offset, "Bytes behind a switch are not zero.", at + (ulong)offset);
    }

    /// <summary>In an open segment, WAL behind the invalid record proves that it is not the end.</summary>
    private void Suspect(ReadOnlySpan<byte> page, Lsn at)
    {
        if (WalPageHeader.Read(page).IsPageAt(at))
            Damage = suspect;
    }

    /// <param name="seenTo">The end of the bytes that show it.</param>
    private int? Fail(WalDamageReason reason, Lsn lsn, string detail, Lsn seenTo, bool isCertain = false)
    {
        var damage = new WalDamage(reason, lsn, request.Segment.Name, detail);
        if (isCertain || !request.IsOpen)
            Damage = damage;
        else
            (suspect, suspectSeenTo) = (damage, seenTo);
        return null;
    }
}
