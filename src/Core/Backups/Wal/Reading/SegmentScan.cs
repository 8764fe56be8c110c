using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>
/// Checks one segment, page by page: the rules of PostgreSQL's own reader (access/transam/xlogreader.c).
/// </summary>
internal sealed class SegmentScan
{
    /// <summary>
    /// Where a record began that was not seen; none begins at 0, which lies before the first segment.
    /// </summary>
    private static readonly Lsn Unknown = new(0);

    private readonly SegmentRequest request;
    private readonly PageRules rules;
    private readonly SegmentFindings findings;
    private readonly SegmentVerdict verdict;
    private readonly RecordAssembly assembly = new();
    private readonly bool isFirst;
    private Lsn position;
    private uint unread;
    private bool isSwitched;
    private bool isOver;
    private Lsn? givenUp;

    public SegmentScan(SegmentRequest request, WalReaderState? before, ulong? systemIdentifier)
    {
        this.request = request;
        rules = new PageRules(request, before, systemIdentifier);
        findings = new SegmentFindings(before);
        verdict = new SegmentVerdict(request);
        position = request.Segment.Start;
        isFirst = before is null;
        unread = before?.Unread ?? 0;
        if (before?.Open is { } open)
            assembly.Resume(open);
    }

    public WalDamage? Damage => verdict.Damage;

    /// <summary>Takes the next page. A first run is a short one: the code can't wait to get warm.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(ReadOnlySpan<byte> page)
    {
        var at = position;
        position += (ulong)page.Length;
        if (Damage is not null || isOver)
            return;
        if (verdict.IsSuspect)
            verdict.LookBehind(page, at);
        else if (isSwitched)
            RequireZero(page, at);
        else if (at >= request.Until)
            isOver = true;
        else
            TakeWritten(page, at);
    }

    /// <summary>Says how many bytes the file has.</summary>
    public void Measure(long length) => verdict.Measure(length);

    public SegmentReading ToReading() => findings.ToReading(request.Segment, verdict.IsSuspect || isOver, Damage);

    /// <summary>Null when the segment did not come to its end, so that it must be read again.</summary>
    public WalReaderState? ToState()
    {
        if (Damage is not null || verdict.IsSuspect || isOver || position != request.Segment.End)
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeWritten(ReadOnlySpan<byte> page, Lsn at)
    {
        var header = WalPageHeader.Read(page);
        if (rules.Check(header, page, at) is { } wrong)
        {
            verdict.Fail(wrong.Reason, at, wrong.Detail, at + (ulong)header.Size, isCertain: header.IsPageAt(at));
            return;
        }

        if (Continue(header, page, at) is { } offset)
            TakeRecords(page, at, offset);
    }

    /// <summary>
    /// Takes the rest of the record that the page before began; the offset behind it, null when nothing follows.
    /// </summary>
    private int? Continue(in WalPageHeader header, ReadOnlySpan<byte> page, Lsn at)
    {
        if (isFirst && at == request.Segment.Start && header.IsContinuation)
            unread = header.Remaining;
        else if (header.IsOverwrite && !GivesUp(at))
        {
            verdict.Fail(
                WalDamageReason.BadPage, at, "The page gives up a record that is not there.", at + (ulong)header.Size);
            return null;
        }

        var remaining = assembly.IsOpen ? assembly.Remaining : unread;
        if (header.IsContinuation != remaining > 0 || header.Remaining != remaining)
        {
            verdict.Fail(
                WalDamageReason.BadPage,
                assembly.IsOpen ? assembly.Start : at,
                $"A record has {remaining} bytes to go on the page at {at}, which has {header.Remaining} of one.",
                at + (ulong)header.Size);
            return null;
        }

        var piece = (int)Math.Min(remaining, page.Length - header.Size);
        if (!assembly.IsOpen)
            unread -= (uint)piece;
        else
            assembly.Append(page.Slice(header.Size, piece));

        var end = WalFormat.Align(header.Size + piece);
        if (!PaddingIsZero(page, header.Size + piece, at))
            return null;

        return assembly.IsOpen && assembly.Remaining == 0 && !Assembled(page, at, end) ? null : end;
    }

    /// <summary>
    /// After a crash within a record the server goes on behind it, on the next page; false when there is none.
    /// </summary>
    private bool GivesUp(Lsn at)
    {
        if (!assembly.IsOpen && unread == 0 && !(isFirst && at == request.Segment.Start))
            return false;

        (givenUp, unread) = (assembly.IsOpen ? assembly.Start : Unknown, 0);
        assembly.Close();
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
                verdict.Fail(
                    WalDamageReason.BrokenChain, start, $"A record can't have {length} bytes.", start + sizeof(uint));
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool FollowsFromLast(ReadOnlySpan<byte> record, Lsn start, Lsn seenTo)
    {
        var previous = WalRecordHeader.Previous(record);
        if (findings.LastRecord is { } last ? previous == last : previous < start)
            return true;

        verdict.Fail(
            WalDamageReason.BrokenChain, start, $"The record follows {previous}, not {findings.LastRecord}.", seenTo);
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Accept(ReadOnlySpan<byte> record, uint crcOfData, Lsn start, Lsn after)
    {
        if (!WalRecordHeader.HasChecksum(record, crcOfData))
        {
            verdict.Fail(WalDamageReason.BadCrc, start, "The record's bytes don't give its CRC-32C.", after);
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

        verdict.Fail(
            WalDamageReason.BrokenChain, start, $"The record gives up one at {names}, not that at {expected}.", after);
        return false;
    }

    /// <summary>PostgreSQL aligns records with zeros, which no CRC covers.</summary>
    private bool PaddingIsZero(ReadOnlySpan<byte> page, int end, Lsn at)
    {
        var aligned = WalFormat.Align(end);
        if (aligned == end)
            return true;
        var used = 8 * (sizeof(ulong) - (aligned - end));
        var padding = BinaryPrimitives.ReadUInt64LittleEndian(page[(aligned - sizeof(ulong))..]) >> used;
        if (padding == 0)
            return true;

        end += BitOperations.TrailingZeroCount(padding) / 8;
        verdict.Fail(
            WalDamageReason.BadPage, at + (ulong)end, "The bytes between records are not zero.", at + (ulong)aligned);
        return false;
    }

    /// <summary>What a switch leaves of its segment is zero (xlog.c, CopyXLogRecordToWAL).</summary>
    private void RequireZero(ReadOnlySpan<byte> bytes, Lsn at)
    {
        if (bytes.IndexOfAnyExcept((byte)0) is >= 0 and var offset)
        {
            at += (ulong)offset;
            verdict.Fail(WalDamageReason.BadPage, at, "The bytes behind a switch of segments are not zero.", at);
        }
    }
}
