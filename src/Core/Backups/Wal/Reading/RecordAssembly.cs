namespace RecoveryOS.Core.Backups.Wal.Reading;

/// <summary>A record that goes on over a page's end: its CRC grows piece by piece, and only its first bytes are kept.</summary>
internal sealed class RecordAssembly
{
    private readonly byte[] prefix = new byte[WalRecordData.PrefixSize];
    private int kept;
    private uint crc;

    public bool IsOpen { get; private set; }

    public Lsn Start { get; private set; }

    public uint Length { get; private set; }

    public uint Read { get; private set; }

    public uint Remaining => Length - Read;

    /// <summary>The record's first bytes, as many as have come and are kept.</summary>
    public ReadOnlySpan<byte> Prefix => prefix.AsSpan(0, kept);

    /// <summary>Of the data; the header's bytes are not in it.</summary>
    public uint Crc => crc;

    public void Begin(Lsn start, uint length)
    {
        (IsOpen, Start, Length, Read, kept, crc) = (true, start, length, 0, 0, Crc32C.Initial);
    }

    public void Resume(OpenRecord open)
    {
        (IsOpen, Start, Length, Read, kept, crc) = (true, open.Start, open.Length, open.Read, open.Prefix.Length, open.Crc);
        open.Prefix.CopyTo(prefix, 0);
    }

    public void Append(ReadOnlySpan<byte> piece)
    {
        var keep = Math.Min(piece.Length, prefix.Length - kept);
        piece[..keep].CopyTo(prefix.AsSpan(kept));
        kept += keep;

        var ofHeader = (int)Math.Min(Math.Max(WalFormat.RecordHeaderSize - (long)Read, 0), piece.Length);
        crc = Crc32C.Append(crc, piece[ofHeader..]);
        Read += (uint)piece.Length;
    }

    public void Close() => IsOpen = false;

    public OpenRecord? ToState() => IsOpen ? new OpenRecord(Start, Length, Read, crc, Prefix.ToArray()) : null;
}
